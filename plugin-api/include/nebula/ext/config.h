// nebula.config/1: the instance's configuration, an immutable tree that already passed the manifest's schema.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_EXT_CONFIG "nebula.config/1"

// What a node of the tree is.
enum { NEB_CONFIG_NULL = 0, NEB_CONFIG_BOOL = 1, NEB_CONFIG_INT = 2, NEB_CONFIG_DOUBLE = 3, NEB_CONFIG_STRING = 4,
       NEB_CONFIG_LIST = 5, NEB_CONFIG_MAP = 6 };

// Nodes and their texts are valid until the instance's `destroy` returns, or, of a tree given to `reconfigure`, until the next
// successful `reconfigure`. `node` may be NULL everywhere: it reads as absent.
typedef struct neb_ext_config {
   uint32_t size;
   uint32_t flags; // 0

   // The `config` of this instance; never NULL, an empty map when node.yaml has none.
   // [thread-safe]
   const neb_config *(*root)(const neb_host *host);

   // The node at a dotted path ("limits.lines" or "peers[2].address"), or NULL when absent.
   // [thread-safe]
   const neb_config *(*at)(const neb_config *node, neb_str dotted_path);

   // NEB_CONFIG_...; NEB_CONFIG_NULL for NULL.
   // [thread-safe]
   int32_t (*kind)(const neb_config *node);

   // Number of items of a list or members of a map, else 0.
   // [thread-safe]
   uint64_t (*count)(const neb_config *node);

   // Item or member number `index` in file order, or NULL past the end; `key` (may be NULL) receives a member's name.
   // [thread-safe]
   const neb_config *(*item)(const neb_config *node, uint64_t index, neb_str *key);

   // Each writes *out only on NEB_OK. NEB_E_NOT_FOUND: absent or null. NEB_E_INVALID: another kind, or out of range.
   // as_i64, as_u64 and as_double accept an integer; as_duration_ns accepts "250ms", "30s", "5m", "1h" or a number of seconds;
   // as_size accepts "64KiB", "1MiB", "2GiB" or a number of bytes.
   // [thread-safe]
   neb_status (*as_bool)(const neb_config *node, uint8_t *out);
   // [thread-safe]
   neb_status (*as_i64)(const neb_config *node, int64_t *out);
   // [thread-safe]
   neb_status (*as_u64)(const neb_config *node, uint64_t *out);
   // [thread-safe]
   neb_status (*as_double)(const neb_config *node, double *out);
   // [thread-safe]
   neb_status (*as_str)(const neb_config *node, neb_str *out);
   // [thread-safe]
   neb_status (*as_duration_ns)(const neb_config *node, uint64_t *out);
   // [thread-safe]
   neb_status (*as_size)(const neb_config *node, uint64_t *out);

   // Where the value comes from, "node.yaml:41:9", for messages; empty for NULL.
   // [thread-safe]
   neb_str (*where)(const neb_config *node);
} neb_ext_config;

NEB_EXTERN_C_END
