// nebula.health/1: how the instance is doing, for /livez, /readyz, /healthz and `nebula status`.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_EXT_HEALTH "nebula.health/1"

enum {
   NEB_HEALTH_OK = 0,       //
   NEB_HEALTH_DEGRADED = 1, // works, but not as configured; still ready
   NEB_HEALTH_NOT_READY = 2, // cannot do its job now (starting, syncing, upstream stale): /readyz answers 503
   NEB_HEALTH_FAILED = 3    // will not recover by itself: /livez answers 503 when the plugin is required
};

typedef struct neb_ext_health {
   uint32_t size;
   uint32_t flags; // 0

   // Sets the state of one component of this instance ("upstream", "device 0"; empty: the instance as a whole) with a text an
   // operator understands. It stays until set again; at most 64 components. A change is logged and published as node.health.
   // [thread-safe]
   neb_status (*report)(const neb_host *host, int32_t level, neb_str component, neb_str text);

   // "I am alive": when `within_ns` pass without another beat of that component the host reports it NEB_HEALTH_FAILED as
   // stalled, until the next beat. 0 ends the watch.
   // [thread-safe]
   neb_status (*beat)(const neb_host *host, neb_str component, uint64_t within_ns);

   // Shows the progress of long work (a dataset, a resynchronisation): done of total in `unit` ("MiB", "blocks"). On a
   // terminal it is a progress bar, else a log line every ten percent. done == total ends it.
   // [thread-safe]
   void (*progress)(const neb_host *host, neb_str what, uint64_t done, uint64_t total, neb_str unit);
} neb_ext_health;

NEB_EXTERN_C_END
