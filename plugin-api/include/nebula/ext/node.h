// nebula.node/1: views of the whole node, for plugins that show it (the HTTP gateway, dashboards).
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_EXT_NODE "nebula.node/1"

typedef struct neb_ext_node {
   uint32_t size;
   uint32_t flags; // 0

   // Writes a document about the node: "status", "livez", "readyz", "healthz" (JSON), "metrics" (OpenMetrics text 1.0) or
   // "metrics-plain" (the same in the older Prometheus text format 0.0.4, for readers that do not ask for OpenMetrics).
   // Returns NEB_OK; NEB_E_BUSY when the document says not ready or not alive (answer 503 with it); NEB_E_NOT_FOUND for
   // another name.
   // [thread-safe]
   neb_status (*document)(const neb_host *host, neb_str name, neb_write_fn write, void *user);

   // Directory for the instance's own files, made on first use (0700), absolute, without a trailing slash; valid until
   // `destroy`.
   // [thread-safe]
   neb_status (*data_dir)(const neb_host *host, neb_str *out, neb_error *err);

   // The node's `node.name` and `node.network`; valid until `destroy`.
   // [thread-safe]
   neb_str (*node_name)(const neb_host *host);
   // [thread-safe]
   neb_str (*network)(const neb_host *host);
} neb_ext_node;

NEB_EXTERN_C_END
