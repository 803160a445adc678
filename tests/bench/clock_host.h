#pragma once

/// The host of a backend in a benchmark: it has the clock extension and nothing else.

#include <nebula/ext/clock.h>

#include <cstdint>
#include <cstring>

#include "bench/clock.h"

namespace nebula::bench {

struct ClockHost {
   neb_host raw{};
   uint32_t level = NEB_LOG_OFF;
   ClockHost() {
      raw.size = sizeof raw;
      raw.name = raw.instance = raw.version = "bench";
      raw.log_level = &level;
      raw.log = [](const neb_host *, uint32_t, neb_str) {};
      raw.get_extension = [](const neb_host *, const char *id) -> const void * {
         static const neb_ext_clock clock = {sizeof clock, 0, [](const neb_host *) { return now_ns(); },
                                             [](const neb_host *) { return int64_t{0}; }};
         return std::strcmp(id, NEB_EXT_CLOCK) == 0 ? &clock : nullptr;
      };
      raw.provide = [](const neb_host *, const char *, const char *, const char *, const void *, neb_error *) {
         return neb_status{NEB_OK};
      };
   }
};

} // namespace nebula::bench
