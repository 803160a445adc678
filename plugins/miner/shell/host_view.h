#pragma once

/// The host's extensions as the miner uses them, resolved once. A host without metrics, health or events is served too.

#include <nebula/ext/clock.h>
#include <nebula/ext/config.h>
#include <nebula/ext/events.h>
#include <nebula/ext/executor.h>
#include <nebula/ext/health.h>
#include <nebula/ext/metrics.h>
#include <nebula/ext/services.h>

#include <cstdint>
#include <string_view>

namespace nebula::miner {

[[nodiscard]] inline neb_str text_of(std::string_view text) noexcept {
   return {text.data(), text.size()};
}
[[nodiscard]] inline std::string_view view_of(neb_str text) noexcept {
   return text.ptr ? std::string_view(text.ptr, text.len) : std::string_view();
}

/// Copyable; valid as long as the host record.
struct HostView {
   const neb_host *host = nullptr;
   const neb_ext_config *config = nullptr;     // needed
   const neb_ext_services *services = nullptr; // needed
   const neb_ext_executor *executor = nullptr; // needed
   const neb_ext_clock *clock = nullptr;       // needed
   const neb_ext_metrics *metrics = nullptr;
   const neb_ext_health *health = nullptr;
   const neb_ext_events *events = nullptr;

   /// Resolves everything there is.
   [[nodiscard]] static HostView of(const neb_host *host) noexcept;
   /// The id of the first needed extension that this host does not have, or nullptr.
   [[nodiscard]] const char *missing() const noexcept;

   [[nodiscard]] std::uint64_t now_ns() const noexcept { return clock->monotonic_ns(host); }
   [[nodiscard]] bool logs(std::uint32_t level) const noexcept;
   void log(std::uint32_t level, std::string_view text) const noexcept;
   void report(std::int32_t level, std::string_view component, std::string_view text) const noexcept;
   /// Publishes a JSON document; dropped when the host has no events or no memory for it.
   void publish(std::string_view topic, std::string_view json) const noexcept;
   /// nullptr without metrics; neb_cell_add and neb_cell_set accept that.
   [[nodiscard]] neb_cell *cell(std::int32_t kind, std::string_view name, std::string_view help,
                                std::string_view labels = {}) const noexcept;
};

/// A slot entered for the life of this object; empty when nothing stands in it.
template <class Table>
class Entered {
public:
   Entered(const HostView &host, neb_slot *slot) noexcept
      : leave_(host.services->leave),
        table_(slot ? static_cast<const Table *>(host.services->enter(slot, &guard_)) : nullptr) {}
   ~Entered() {
      if (table_)
         leave_(&guard_);
   }
   Entered(const Entered &) = delete;
   Entered &operator=(const Entered &) = delete;

   explicit operator bool() const noexcept { return table_ != nullptr; }
   [[nodiscard]] const Table *operator->() const noexcept { return table_; }
   [[nodiscard]] const Table *get() const noexcept { return table_; }
   /// Of the occupant; meaningless when empty.
   [[nodiscard]] std::uint64_t generation() const noexcept { return guard_.generation; }

private:
   void (*leave_)(neb_guard *);
   neb_guard guard_{};
   const Table *table_;
};

} // namespace nebula::miner
