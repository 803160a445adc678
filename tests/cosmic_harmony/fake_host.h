#pragma once

/// The smallest host a backend can live with: a clock, a log that goes nowhere, and services that are taken and
/// dropped.

#include <nebula/ext/clock.h>
#include <nebula/host.hpp>

#include <chrono>
#include <cstring>

namespace nebula::test {

class FakeHost {
public:
   FakeHost() {
      raw_.size = sizeof raw_;
      raw_.name = raw_.instance = "test";
      raw_.version = "0";
      raw_.log_level = &level_;
      raw_.log = [](const neb_host *, uint32_t, neb_str) {};
      raw_.get_extension = [](const neb_host *, const char *id) -> const void * {
         return std::strcmp(id, NEB_EXT_CLOCK) == 0 ? &clock() : nullptr;
      };
      raw_.provide = [](const neb_host *, const char *, const char *, const char *, const void *, neb_error *) {
         return neb_status{NEB_OK};
      };
   }
   [[nodiscard]] Host host() const { return Host(&raw_); }

private:
   static const neb_ext_clock &clock() {
      static const neb_ext_clock table = {sizeof table, 0,
                                          [](const neb_host *) {
                                             const auto now = std::chrono::steady_clock::now().time_since_epoch();
                                             return static_cast<uint64_t>(
                                                std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
                                          },
                                          [](const neb_host *) { return int64_t{0}; }};
      return table;
   }

   neb_host raw_{};
   uint32_t level_ = NEB_LOG_OFF;
};

} // namespace nebula::test
