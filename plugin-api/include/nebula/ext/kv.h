// nebula.kv/1: the instance's own durable, transactional, ordered key-value store (data/<instance>/).
//
// A commit is all or nothing and, once it returned NEB_OK, survives kill -9 and power loss. One write transaction at a time
// (begin waits for it); any number of readers, each seeing the state of its begin. A transaction belongs to one thread.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_EXT_KV "nebula.kv/1"

#define NEB_KV_KEY_MAX 480u          // bytes of a key, at least 1
#define NEB_KV_VALUE_MAX 67108864u   // 64 MiB
#define NEB_KV_TABLES_MAX 32u

enum { NEB_KV_READ = 0, NEB_KV_WRITE = 1 };

typedef struct neb_kv_txn neb_kv_txn;

// Called for each pair in key order; return 0 to stop. The bytes are borrowed for the call.
typedef int32_t (*neb_kv_pair_fn)(void *user, neb_bytes key, neb_bytes value);

// Moves the data from one schema version to the next inside the given write transaction; the host commits it together with the
// new version number.
typedef neb_status (*neb_kv_migrate_fn)(void *user, neb_kv_txn *txn, uint32_t from_version, neb_error *err);

typedef struct neb_ext_kv {
   uint32_t size;
   uint32_t flags; // 0

   // Opens the store; before anything else. `tables` names at most NEB_KV_TABLES_MAX tables, numbered by their place; they are
   // made when missing. When the stored schema version is lower than `schema_version`, `migrate` is called for each step; a
   // higher one is refused (NEB_E_CORRUPT, the text says which program wrote it). NEB_E_BUSY: another process holds it.
   // [main & (created|ready)]
   neb_status (*open)(const neb_host *host, uint32_t schema_version, const neb_str *tables, uint32_t table_count,
                      neb_kv_migrate_fn migrate, void *user, neb_error *err);

   // `mode` NEB_KV_READ or NEB_KV_WRITE. Keep read transactions short: they hold back the reuse of pages.
   // [thread-safe]
   neb_status (*begin)(const neb_host *host, int32_t mode, neb_kv_txn **out, neb_error *err);

   // The value, borrowed until the transaction ends or (in a write transaction) changes anything. NEB_E_NOT_FOUND.
   // [session]
   neb_status (*get)(neb_kv_txn *txn, uint32_t table, neb_bytes key, neb_bytes *value);

   // Inserts or replaces. NEB_E_INVALID: a limit above, or a read transaction. NEB_E_FULL: the disk or the configured maximum.
   // [session]
   neb_status (*put)(neb_kv_txn *txn, uint32_t table, neb_bytes key, neb_bytes value);

   // NEB_E_NOT_FOUND when there was none.
   // [session]
   neb_status (*del)(neb_kv_txn *txn, uint32_t table, neb_bytes key);

   // Visits the pairs with from <= key < to in key order (bytewise; empty `to`: no upper end), or with `reverse` != 0 from the
   // last one downwards. `each` must not write to the table.
   // [session]
   neb_status (*range)(neb_kv_txn *txn, uint32_t table, neb_bytes from, neb_bytes to, int32_t reverse, neb_kv_pair_fn each,
                       void *user);

   // Ends the transaction either way. On failure nothing of it is kept.
   // [session]
   neb_status (*commit)(neb_kv_txn *txn, neb_error *err);

   // [session]
   void (*abort)(neb_kv_txn *txn);
} neb_ext_kv;

NEB_EXTERN_C_END
