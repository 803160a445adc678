#include "ext/kv_state.h"

#include <algorithm>
#include <cstring>

namespace nebula::host {
namespace {

[[nodiscard]] MDB_val to_val(neb_bytes bytes) {
   return {bytes.len, const_cast<uint8_t *>(bytes.ptr)}; // LMDB reads it only
}

[[nodiscard]] neb_bytes to_bytes(const MDB_val &value) {
   return {static_cast<const uint8_t *>(value.mv_data), value.mv_size};
}

[[nodiscard]] bool is_key(neb_bytes key) {
   return key.len >= 1 && key.len <= NEB_KV_KEY_MAX && key.ptr != nullptr;
}

/// NEB_OK when the transaction can be used here with that table.
[[nodiscard]] neb_status usable(const neb_kv_txn *txn, uint32_t table) {
   if (txn == nullptr || table >= txn->store->tables.size())
      return NEB_E_INVALID;
   return txn->own_thread() ? NEB_OK : NEB_E_STATE;
}

/// An error after which LMDB refuses to commit, or after which committing would keep half of what was meant.
neb_status remember(neb_kv_txn *txn, int code) {
   code = txn->store->named(code);
   if (code != 0 && code != MDB_NOTFOUND && txn->failed == 0)
      txn->failed = code;
   return kv_status(code);
}

/// Bytewise, a prefix before what it is a prefix of: LMDB's own order.
[[nodiscard]] bool less(const MDB_val &a, neb_bytes b) {
   const std::size_t common = std::min<std::size_t>(a.mv_size, b.len);
   const int order = common == 0 ? 0 : std::memcmp(a.mv_data, b.ptr, common);
   return order < 0 || (order == 0 && a.mv_size < b.len);
}

struct Cursor {
   MDB_cursor *cursor = nullptr;
   ~Cursor() {
      if (cursor != nullptr)
         mdb_cursor_close(cursor);
   }
};

/// Places the cursor on the first pair to visit.
[[nodiscard]] int first_pair(MDB_cursor *cursor, neb_bytes from, neb_bytes to, bool reverse, MDB_val &key,
                             MDB_val &value) {
   const neb_bytes start = reverse ? to : from;
   if (start.len == 0)
      return mdb_cursor_get(cursor, &key, &value, reverse ? MDB_LAST : MDB_FIRST);
   key = to_val(start);
   const int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
   if (!reverse)
      return code;
   return mdb_cursor_get(cursor, &key, &value, code == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
}

} // namespace

neb_status KvStore::get(neb_kv_txn *txn, uint32_t table, neb_bytes key, neb_bytes *value) {
   if (const neb_status status = usable(txn, table); status != NEB_OK)
      return status;
   if (!is_key(key) || value == nullptr)
      return NEB_E_INVALID;
   MDB_val k = to_val(key);
   MDB_val v{};
   const int code = mdb_get(txn->txn, txn->store->tables[table], &k, &v);
   if (code == 0)
      *value = to_bytes(v);
   return kv_status(code);
}

neb_status KvStore::put(neb_kv_txn *txn, uint32_t table, neb_bytes key, neb_bytes value) {
   if (const neb_status status = usable(txn, table); status != NEB_OK)
      return status;
   if (!txn->write || !is_key(key) || value.len > NEB_KV_VALUE_MAX || (value.ptr == nullptr && value.len != 0))
      return NEB_E_INVALID;
   if (txn->failed != 0)
      return kv_status(txn->failed);
   MDB_val k = to_val(key);
   MDB_val v = to_val(value);
   return remember(txn, mdb_put(txn->txn, txn->store->tables[table], &k, &v, 0));
}

neb_status KvStore::del(neb_kv_txn *txn, uint32_t table, neb_bytes key) {
   if (const neb_status status = usable(txn, table); status != NEB_OK)
      return status;
   if (!txn->write || !is_key(key))
      return NEB_E_INVALID;
   if (txn->failed != 0)
      return kv_status(txn->failed);
   MDB_val k = to_val(key);
   return remember(txn, mdb_del(txn->txn, txn->store->tables[table], &k, nullptr));
}

neb_status KvStore::range(neb_kv_txn *txn, uint32_t table, neb_bytes from, neb_bytes to, int32_t reverse,
                          neb_kv_pair_fn each, void *user) {
   if (const neb_status status = usable(txn, table); status != NEB_OK)
      return status;
   const auto is_bound = [](neb_bytes bound) { return bound.len == 0 || is_key(bound); };
   if (each == nullptr || !is_bound(from) || !is_bound(to))
      return NEB_E_INVALID;
   Cursor open;
   if (const int code = mdb_cursor_open(txn->txn, txn->store->tables[table], &open.cursor); code != 0)
      return kv_status(code);
   const bool backwards = reverse != 0;
   MDB_val key{};
   MDB_val value{};
   int code = first_pair(open.cursor, from, to, backwards, key, value);
   while (code == 0) {
      const bool inside = backwards ? !less(key, from) : to.len == 0 || less(key, to);
      if (!inside || each(user, to_bytes(key), to_bytes(value)) == 0)
         return NEB_OK;
      code = mdb_cursor_get(open.cursor, &key, &value, backwards ? MDB_PREV : MDB_NEXT);
   }
   return code == MDB_NOTFOUND ? NEB_OK : kv_status(code);
}

} // namespace nebula::host
