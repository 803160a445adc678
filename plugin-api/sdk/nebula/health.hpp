// nebula.health/1: how the instance is doing, in words an operator understands.
#pragma once

#include <nebula/ext/health.h>
#include <nebula/host.hpp>

#include <chrono>

namespace nebula {

// Copyable; [thread-safe]; without the extension every call does nothing.
class Health {
public:
   explicit Health(Host host) noexcept : host_(host.raw()), api_(host.find<neb_ext_health>(NEB_EXT_HEALTH)) {}

   // `component`: "upstream", "device 0"; empty is the instance as a whole.
   void ok(std::string_view component = {}, std::string_view text = "ok") const noexcept {
      report(NEB_HEALTH_OK, component, text);
   }
   void degraded(std::string_view component, std::string_view text) const noexcept {
      report(NEB_HEALTH_DEGRADED, component, text);
   }
   void not_ready(std::string_view component, std::string_view text) const noexcept {
      report(NEB_HEALTH_NOT_READY, component, text);
   }
   void failed(std::string_view component, std::string_view text) const noexcept {
      report(NEB_HEALTH_FAILED, component, text);
   }

   void report(int32_t level, std::string_view component, std::string_view text) const noexcept {
      if (api_) {
         (void)api_->report(host_, level, str(component), str(text));
      }
   }

   // "I am alive"; another beat must follow within the time, zero ends the watch.
   void beat(std::string_view component, std::chrono::nanoseconds within) const noexcept {
      if (api_) {
         (void)api_->beat(host_, str(component), within.count() < 0 ? 0 : static_cast<uint64_t>(within.count()));
      }
   }

   // Progress of long work; done == total ends it.
   void progress(std::string_view what, uint64_t done, uint64_t total, std::string_view unit) const noexcept {
      if (api_) {
         api_->progress(host_, str(what), done, total, str(unit));
      }
   }

private:
   const neb_host *host_;
   const neb_ext_health *api_;
};

} // namespace nebula
