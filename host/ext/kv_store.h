#pragma once

/// The durable store of one instance (nebula.kv/1) on LMDB: one environment per folder, one write transaction at a
/// time.
///
/// Durability: every commit writes its pages, calls fdatasync, and only then writes the meta page through a synchronous
/// descriptor; the unsafe modes (NOSYNC, NOMETASYNC, WRITEMAP, MAPASYNC) are never used.
///
/// Room: the whole configured maximum is reserved as address space when the store is opened (the file itself grows with
/// its data), so that a transaction never fails for the size of the map. Where the system refuses that much address
/// space (ulimit -v), the store starts with what it gets and doubles it between write transactions, when no reader is
/// inside.

#include "nebula/ext/kv.h"
#include "util/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace nebula::host {

struct KvOptions {
   std::string directory;                   // made with mode 0700 when missing; its parent exists
   std::string program = "nebula";          // who writes: program and plugin with their versions, kept in the store
   uint64_t map_max = 64ull << 30;          // the largest size of the data file
   uint64_t map_first = 64ull << 30;        // what to reserve at once, at most map_max; tests take little
   uint32_t readers_max = 512;              // read transactions open at the same time
   uint64_t growth_wait_ns = 5'000'000'000; // how long a write transaction waits for readers to leave when it must grow
};

/// Thread-safe, except that a transaction belongs to one thread. The semantics are those of nebula/ext/kv.h.
class KvStore {
public:
   /// Opens or makes the store and brings its schema to `schema_version` (see nebula/ext/kv.h). All steps of a
   /// migration are one transaction: when one fails, the store is as the older program left it. On failure returns NULL
   /// and fills `err`.
   [[nodiscard]] static std::unique_ptr<KvStore> open(const KvOptions &options, uint32_t schema_version,
                                                      std::span<const neb_str> tables, neb_kv_migrate_fn migrate,
                                                      void *user, neb_error *err);
   /// Every transaction has ended.
   ~KvStore();
   KvStore(const KvStore &) = delete;
   KvStore &operator=(const KvStore &) = delete;

   [[nodiscard]] neb_status begin(int32_t mode, neb_kv_txn **out, neb_error *err);

   [[nodiscard]] static neb_status get(neb_kv_txn *txn, uint32_t table, neb_bytes key, neb_bytes *value);
   [[nodiscard]] static neb_status put(neb_kv_txn *txn, uint32_t table, neb_bytes key, neb_bytes value);
   [[nodiscard]] static neb_status del(neb_kv_txn *txn, uint32_t table, neb_bytes key);
   [[nodiscard]] static neb_status range(neb_kv_txn *txn, uint32_t table, neb_bytes from, neb_bytes to, int32_t reverse,
                                         neb_kv_pair_fn each, void *user);
   [[nodiscard]] static neb_status commit(neb_kv_txn *txn, neb_error *err);
   static void abort(neb_kv_txn *txn);

   struct Usage {
      uint64_t used_bytes; // of the data file
      uint64_t map_bytes;  // reserved now
      uint64_t live_transactions;
   };
   [[nodiscard]] Usage usage() const;

   struct State;

private:
   explicit KvStore(std::unique_ptr<State> state);
   std::unique_ptr<State> state_;
};

} // namespace nebula::host
