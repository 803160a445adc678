// nebula.clock/1: the node's time. Plugins ask here and nowhere else, so that tests can drive them.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_EXT_CLOCK "nebula.clock/1"

typedef struct neb_ext_clock {
   uint32_t size;
   uint32_t flags; // 0

   // Nanoseconds of a clock that never goes back; its zero has no meaning. Deadlines and timers of the contract use it.
   // [real]
   uint64_t (*monotonic_ns)(const neb_host *host);

   // Nanoseconds since 1970-01-01T00:00:00Z; may jump.
   // [real]
   int64_t (*wall_ns)(const neb_host *host);
} neb_ext_clock;

NEB_EXTERN_C_END
