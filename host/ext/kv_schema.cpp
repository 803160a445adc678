#include "ext/error_text.h"
#include "ext/kv_state.h"

#include <algorithm>
#include <cstring>

namespace nebula::host {
namespace {

constexpr char k_meta_table[] = "!nebula"; // no table name may begin so
constexpr char k_version_key[] = "schema";
constexpr char k_writer_key[] = "writer";

[[nodiscard]] bool is_table_name(std::string_view name) {
   return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
             c == '.';
   });
}

[[nodiscard]] std::string_view view(neb_str text) {
   return text.len == 0 ? std::string_view{} : std::string_view{text.ptr, text.len};
}

[[nodiscard]] MDB_val value_of(const void *data, std::size_t size) {
   return {size, const_cast<void *>(data)}; // LMDB reads it only
}

/// What the store says of itself; version 0: it is new.
struct Stored {
   uint32_t version = 0;
   std::string writer;
};

[[nodiscard]] int read_meta(MDB_txn *txn, MDB_dbi meta, Stored &out) {
   MDB_val key = value_of(k_version_key, sizeof k_version_key - 1);
   MDB_val value{};
   int code = mdb_get(txn, meta, &key, &value);
   if (code == MDB_NOTFOUND)
      return 0;
   if (code != 0 || value.mv_size != 4)
      return code != 0 ? code : MDB_CORRUPTED;
   const auto *bytes = static_cast<const uint8_t *>(value.mv_data);
   out.version = bytes[0] | uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]} << 16 | uint32_t{bytes[3]} << 24;
   key = value_of(k_writer_key, sizeof k_writer_key - 1);
   code = mdb_get(txn, meta, &key, &value);
   if (code == 0)
      out.writer.assign(static_cast<const char *>(value.mv_data), value.mv_size);
   return code == MDB_NOTFOUND ? 0 : code;
}

[[nodiscard]] int write_meta(MDB_txn *txn, MDB_dbi meta, uint32_t version, const std::string &writer) {
   const uint8_t bytes[4] = {static_cast<uint8_t>(version), static_cast<uint8_t>(version >> 8),
                             static_cast<uint8_t>(version >> 16), static_cast<uint8_t>(version >> 24)};
   MDB_val key = value_of(k_version_key, sizeof k_version_key - 1);
   MDB_val value = value_of(bytes, sizeof bytes);
   if (const int code = mdb_put(txn, meta, &key, &value, 0); code != 0)
      return code;
   key = value_of(k_writer_key, sizeof k_writer_key - 1);
   value = value_of(writer.data(), writer.size());
   return mdb_put(txn, meta, &key, &value, 0);
}

[[nodiscard]] neb_status check_names(uint32_t version, std::span<const neb_str> names, neb_error *err) {
   if (version == 0)
      return fail(err, NEB_E_INVALID, "schema version 0 is reserved: count from 1");
   if (names.empty() || names.size() > NEB_KV_TABLES_MAX)
      return fail(err, NEB_E_INVALID, "a store has 1 to 32 tables, not " + std::to_string(names.size()));
   for (std::size_t i = 0; i < names.size(); ++i) {
      if (!is_table_name(view(names[i])))
         return fail(err, NEB_E_INVALID,
                     "table " + std::to_string(i) + ": a name is 1 to 64 letters, digits, '_', '-' and '.'");
      for (std::size_t j = 0; j < i; ++j)
         if (view(names[i]) == view(names[j]))
            return fail(err, NEB_E_INVALID, "two tables are named \"" + std::string(view(names[i])) + "\"");
   }
   return NEB_OK;
}

/// The migration's transaction: aborted unless committed.
struct OpenTxn {
   MDB_txn *txn = nullptr;
   ~OpenTxn() {
      if (txn != nullptr)
         mdb_txn_abort(txn);
   }
};

[[nodiscard]] neb_status migrate_all(neb_kv_txn &txn, uint32_t from, uint32_t to, neb_kv_migrate_fn migrate, void *user,
                                     neb_error *err) {
   if (migrate == nullptr)
      return fail(err, NEB_E_INVALID,
                  "the store has schema version " + std::to_string(from) + " and no migration to " +
                     std::to_string(to) + " was given");
   for (uint32_t version = from; version < to; ++version) {
      neb_error reason{sizeof(neb_error), NEB_OK, {}};
      neb_status status = migrate(user, &txn, version, &reason);
      if (status == NEB_OK && txn.failed != 0)
         status = fail(&reason, kv_status(txn.failed), kv_reason(txn.failed));
      if (status != NEB_OK)
         return fail(err, status < 0 ? status : NEB_E_FAIL,
                     "the migration from schema version " + std::to_string(version) + " to " +
                        std::to_string(version + 1) + " failed: " + reason.text + "; the store was left as it was");
   }
   return NEB_OK;
}

} // namespace

neb_status KvStore::State::open_schema(uint32_t version, std::span<const neb_str> names, neb_kv_migrate_fn migrate,
                                       void *user, neb_error *err) {
   if (const neb_status checked = check_names(version, names, err); checked != NEB_OK)
      return checked;
   const auto failed = [&](int lmdb_code) {
      const int code = named(lmdb_code);
      return fail(err, kv_status(code), "the tables in " + options.directory + " cannot be opened: " + kv_reason(code));
   };
   OpenTxn open;
   if (const int code = mdb_txn_begin(env, nullptr, 0, &open.txn); code != 0)
      return failed(code);
   if (const int code = mdb_dbi_open(open.txn, k_meta_table, MDB_CREATE, &meta); code != 0)
      return failed(code);
   Stored stored;
   if (const int code = read_meta(open.txn, meta, stored); code != 0)
      return failed(code);
   if (stored.version > version)
      return fail(err, NEB_E_CORRUPT,
                  options.directory + " has schema version " + std::to_string(stored.version) + ", written by " +
                     stored.writer + "; this program knows version " + std::to_string(version) +
                     ": use that one or newer");
   tables.clear();
   for (const neb_str name : names) {
      MDB_dbi table = 0;
      if (const int code = mdb_dbi_open(open.txn, std::string(view(name)).c_str(), MDB_CREATE, &table); code != 0)
         return failed(code);
      tables.push_back(table);
   }
   if (stored.version != 0 && stored.version < version) {
      neb_kv_txn lent{this, open.txn, true, true, 0};
      if (const neb_status moved = migrate_all(lent, stored.version, version, migrate, user, err); moved != NEB_OK)
         return moved;
   }
   if (stored.version != version)
      if (const int code = write_meta(open.txn, meta, version, options.program); code != 0)
         return failed(code);
   const int code = mdb_txn_commit(std::exchange(open.txn, nullptr));
   return code == 0 ? NEB_OK : failed(code);
}

} // namespace nebula::host
