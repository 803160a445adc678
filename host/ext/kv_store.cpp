#include "ext/kv_store.h"

#include "ext/error_text.h"
#include "ext/kv_state.h"

namespace nebula::host {

KvStore::KvStore(std::unique_ptr<State> state) : state_(std::move(state)) {}

KvStore::~KvStore() {
   std::unique_lock lock(state_->mutex);
   if (state_->readers == 0 && !state_->writing)
      return;
   lock.unlock();
   (void)
      state_.release(); // a transaction is still open somewhere: closing the map under it would be worse than the leak
}

std::unique_ptr<KvStore> KvStore::open(const KvOptions &options, uint32_t schema_version,
                                       std::span<const neb_str> tables, neb_kv_migrate_fn migrate, void *user,
                                       neb_error *err) {
   auto state = std::make_unique<State>();
   state->options = options;
   if (state->open_environment(err) != NEB_OK ||
       state->open_schema(schema_version, tables, migrate, user, err) != NEB_OK)
      return nullptr;
   return std::unique_ptr<KvStore>(new KvStore(std::move(state)));
}

/// Waits for the turn of a reader or of the one writer.
neb_status KvStore::State::take_turn(bool write, neb_error *err) {
   std::unique_lock lock(mutex);
   if (write) {
      if (writing && writer == std::this_thread::get_id())
         return fail(err, NEB_E_STATE, "this thread has a write transaction already: commit or abort it first");
      changed.wait(lock, [&] { return !writing; });
      writing = true;
      writer = std::this_thread::get_id();
      if (!lost)
         grow_if_short(lock);
   } else {
      changed.wait(lock, [&] { return !growing; });
      ++readers;
   }
   if (!lost)
      return NEB_OK;
   lock.unlock();
   end_turn(write);
   return fail(err, NEB_E_NO_MEMORY, "the system refused the store its map: restart the node");
}

neb_status KvStore::begin(int32_t mode, neb_kv_txn **out, neb_error *err) {
   if (out == nullptr || (mode != NEB_KV_READ && mode != NEB_KV_WRITE))
      return fail(err, NEB_E_INVALID,
                  "a transaction is begun with NEB_KV_READ or NEB_KV_WRITE, and a place for its handle");
   const bool write = mode == NEB_KV_WRITE;
   State &state = *state_;
   if (const neb_status turn = state.take_turn(write, err); turn != NEB_OK)
      return turn;
   auto made = std::make_unique<neb_kv_txn>();
   made->store = &state;
   made->write = write;
   const unsigned flags = write ? 0 : MDB_RDONLY;
   int code = mdb_txn_begin(state.env, nullptr, flags, &made->txn);
   if (code == MDB_READERS_FULL) {
      int dead = 0;
      (void)mdb_reader_check(state.env, &dead);
      code = mdb_txn_begin(state.env, nullptr, flags, &made->txn);
   }
   if (code != 0) {
      state.end_turn(write);
      return fail(err, kv_status(code), "no transaction on " + state.options.directory + ": " + kv_reason(code));
   }
   *out = made.release();
   return NEB_OK;
}

neb_status KvStore::commit(neb_kv_txn *txn, neb_error *err) {
   if (txn == nullptr)
      return fail(err, NEB_E_INVALID, "commit needs a transaction");
   if (txn->borrowed || !txn->own_thread())
      return fail(err, NEB_E_STATE,
                  txn->borrowed ? "the host commits a migration's transaction"
                                : "a transaction is ended by its own thread");
   const std::unique_ptr<neb_kv_txn> own(txn);
   State &state = *own->store;
   int code = own->failed;
   if (code != 0)
      mdb_txn_abort(own->txn);
   else
      code = state.named(mdb_txn_commit(own->txn));
   if (code == MDB_MAP_FULL) {
      std::lock_guard lock(state.mutex);
      state.growth_wanted = true;
   }
   state.end_turn(own->write);
   return code == 0
             ? NEB_OK
             : fail(err, kv_status(code), "not committed to " + state.options.directory + ": " + kv_reason(code));
}

void KvStore::abort(neb_kv_txn *txn) {
   if (txn == nullptr || !txn->own_thread())
      return;
   if (txn->borrowed) { // the migration gives up
      txn->failed = txn->failed != 0 ? txn->failed : MDB_BAD_TXN;
      return;
   }
   const std::unique_ptr<neb_kv_txn> own(txn);
   mdb_txn_abort(own->txn);
   if (own->failed == MDB_MAP_FULL) {
      std::lock_guard lock(own->store->mutex);
      own->store->growth_wanted = true;
   }
   own->store->end_turn(own->write);
}

KvStore::Usage KvStore::usage() const {
   std::lock_guard lock(state_->mutex);
   return {state_->used_bytes(), state_->map_bytes, state_->readers + (state_->writing ? 1u : 0u)};
}

} // namespace nebula::host
