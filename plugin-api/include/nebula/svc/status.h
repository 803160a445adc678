// nebula.status/1: what an instance shows of itself in `nebula ctl status` and /api/v1/status.
// Offered through neb_plugin.get_extension.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_SVC_STATUS "nebula.status/1"

typedef struct neb_status_view neb_status_view;
struct neb_status_view {
   uint32_t size;
   uint32_t flags; // 0
   void *ctx;

   // Writes one JSON object. Its member "summary" is a short text for people ("height 1204, 3 peers"), "listeners" a list of
   // addresses the start-up banner names; the rest is the plugin's. Returns soon and does no I/O.
   // [thread-safe]
   neb_status (*write)(const neb_status_view *self, neb_write_fn write, void *user);
};

NEB_EXTERN_C_END
