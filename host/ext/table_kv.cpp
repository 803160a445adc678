/// nebula.kv/1.

#include "ext/error_text.h"
#include "ext/instance_context.h"

namespace nebula::host {
namespace {

neb_status open(const neb_host *host, uint32_t schema_version, const neb_str *tables, uint32_t table_count,
                neb_kv_migrate_fn migrate, void *user, neb_error *err) {
   return contained(host, "nebula.kv/1 open", [&](InstanceContext &context) {
      const InstanceState state = context.state;
      const bool fits = state == InstanceState::created || state == InstanceState::ready;
      const neb_status permitted = permit(context, "nebula.kv/1 open", fits, "[main & (created|ready)]", err);
      if (permitted != NEB_OK)
         return permitted;
      if (context.kv)
         return fail(err, NEB_E_EXISTS, "the store is open already: one open per instance");
      KvOptions options;
      options.directory = context.own_folder();
      options.program = "nebula " + context.services.version + " with " + context.plugin + ' ' + context.plugin_version;
      options.map_max = context.services.kv_map_max;
      options.map_first = options.map_max;
      neb_error reason{sizeof(neb_error), NEB_OK, {}};
      const std::span<const neb_str> names(tables, tables == nullptr ? 0 : table_count);
      context.kv = KvStore::open(options, schema_version, names, migrate, user, &reason);
      return context.kv ? neb_status{NEB_OK} : fail(err, reason.code, reason.text);
   });
}

neb_status begin(const neb_host *host, int32_t mode, neb_kv_txn **out, neb_error *err) {
   return contained(host, "nebula.kv/1 begin", [&](InstanceContext &context) {
      return context.kv ? context.kv->begin(mode, out, err)
                        : fail(err, NEB_E_STATE, "the store is not open: call open in init or start first");
   });
}

// The functions below are given a transaction and no host. A callback that throws is the plugin's bug and leaves a
// transaction that can still be ended.

neb_status get(neb_kv_txn *txn, uint32_t table, neb_bytes key, neb_bytes *value) {
   return KvStore::get(txn, table, key, value);
}

neb_status range(neb_kv_txn *txn, uint32_t table, neb_bytes from, neb_bytes to, int32_t reverse, neb_kv_pair_fn each,
                 void *user) {
   try {
      return KvStore::range(txn, table, from, to, reverse, each, user);
   } catch (...) {
      return NEB_E_FAIL;
   }
}

neb_status commit(neb_kv_txn *txn, neb_error *err) {
   try {
      return KvStore::commit(txn, err);
   } catch (...) { // the text of a failure had no memory; the transaction has ended
      return NEB_E_NO_MEMORY;
   }
}

} // namespace

const void *kv_table() noexcept {
   static constexpr neb_ext_kv k_table = {sizeof(neb_ext_kv), 0,     open,   begin,         get, KvStore::put,
                                          KvStore::del,       range, commit, KvStore::abort};
   return &k_table;
}

} // namespace nebula::host
