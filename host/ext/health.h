#pragma once

/// How every instance is doing (nebula.health/1), and the documents behind /livez, /readyz and /healthz.

#include "ext/timer_queue.h"
#include "log/progress.h"
#include "nebula/ext/health.h"
#include "util/clock.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nebula::host {

enum class HealthLevel : int32_t {
   ok = NEB_HEALTH_OK,
   degraded = NEB_HEALTH_DEGRADED,
   not_ready = NEB_HEALTH_NOT_READY,
   failed = NEB_HEALTH_FAILED,
};
/// "ok" "degraded" "not ready" "failed".
[[nodiscard]] std::string_view to_string(HealthLevel level);

/// A component changed its level or its text.
struct HealthChange {
   std::string instance;
   std::string plugin;
   std::string component; // empty: the instance as a whole
   HealthLevel level = HealthLevel::ok;
   HealthLevel before = HealthLevel::ok;
   std::string text;
   bool required = true;
};
/// The payload of the event node.health: {"instance","plugin","component","level","before","text","required"}.
[[nodiscard]] std::string to_json(const HealthChange &change);

struct HealthDocument {
   bool good = true; // false: answer 503
   std::string json;
};

/// Thread-safe.
class Health {
public:
   static constexpr uint32_t k_components_max = 64; // of one instance
   static constexpr std::size_t k_component_name_max = 128;
   static constexpr std::size_t k_text_max = 1'024; // longer texts are cut
   static constexpr uint64_t k_stall_check_ns = 250'000'000;

   /// `progress` may be NULL (nothing is shown).
   Health(Clock &clock, TimerQueue &timers, ProgressSink *progress);
   ~Health();
   Health(const Health &) = delete;
   Health &operator=(const Health &) = delete;

   /// Called after each change, in order per component, without locks held; set once before the first instance.
   void on_change(std::function<void(const HealthChange &)> observer);

   /// Takes an instance in. Until it is `set_running`, it counts as not ready ("starting").
   void add(std::string_view instance, std::string_view plugin, bool required);
   void set_running(std::string_view instance);
   /// It no longer counts (stopped or removed on purpose).
   void remove(std::string_view instance);

   /// As nebula/ext/health.h says. NEB_E_NOT_FOUND: no such instance; NEB_E_FULL; NEB_E_INVALID.
   neb_status report(std::string_view instance, HealthLevel level, std::string_view component, std::string_view text);
   neb_status beat(std::string_view instance, std::string_view component, uint64_t within_ns);
   void progress(std::string_view instance, std::string_view what, uint64_t done, uint64_t total,
                 std::string_view unit);

   /// The worst level of an instance's components; failed when unknown.
   [[nodiscard]] HealthLevel level(std::string_view instance) const;

   /// Every instance with its level.
   [[nodiscard]] std::vector<std::pair<std::string, HealthLevel>> levels() const;

   /// The node stops taking work: /readyz answers 503 from now on, with this reason; empty: ready again.
   void set_draining(std::string_view reason);

   /// Alive: no required instance has failed.
   [[nodiscard]] HealthDocument livez() const;
   /// Ready: no required instance is starting, not ready or failed, and the node is not draining. Optional instances
   /// that are not well show as degraded.
   [[nodiscard]] HealthDocument readyz() const;
   /// Every component of every instance; good when ready and alive.
   [[nodiscard]] HealthDocument healthz() const;

private:
   struct State;
   std::unique_ptr<State> state_;
};

} // namespace nebula::host
