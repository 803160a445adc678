// The instance's log. A text is only built when its level is on; the level changes live.
#pragma once

#include <nebula/host.hpp>

namespace nebula {

// Copyable; all functions are [thread-safe] and never throw.
class Log {
public:
   explicit Log(Host host) noexcept : host_(host.raw()) {}
   explicit Log(const neb_host *host) noexcept : host_(host) {}

   // One relaxed load.
   bool enabled(uint32_t level) const noexcept { return level >= __atomic_load_n(host_->log_level, __ATOMIC_RELAXED); }

   // Writes one line made of the parts: info("listening on ", address, ", ", count, " peers").
   template <class... Parts>
   void trace(const Parts &...parts) const noexcept {
      write(NEB_LOG_TRACE, parts...);
   }
   template <class... Parts>
   void debug(const Parts &...parts) const noexcept {
      write(NEB_LOG_DEBUG, parts...);
   }
   template <class... Parts>
   void info(const Parts &...parts) const noexcept {
      write(NEB_LOG_INFO, parts...);
   }
   template <class... Parts>
   void warn(const Parts &...parts) const noexcept {
      write(NEB_LOG_WARN, parts...);
   }
   template <class... Parts>
   void error(const Parts &...parts) const noexcept {
      write(NEB_LOG_ERROR, parts...);
   }

   template <class... Parts>
   void write(uint32_t level, const Parts &...parts) const noexcept {
      if (!enabled(level)) {
         return;
      }
      try {
         host_->log(host_, level, str(concat(parts...)));
      } catch (...) {
         host_->log(host_, level, str("(a log line was lost: out of memory)"));
      }
   }

private:
   const neb_host *host_;
};

} // namespace nebula
