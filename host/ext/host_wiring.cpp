#include "ext/host_metrics.h"
#include "ext/instance_host.h"
#include "ext/text.h"

#include <shared_mutex>

namespace nebula::host {
namespace {

constexpr uint64_t k_log_tick_ns = 1'000'000'000;
constexpr char k_task_component[] = "tasks";

[[nodiscard]] LogLevel log_level_of(const HealthChange &change) {
   if (change.level == change.before)
      return LogLevel::debug; // only the text moved: the number of a block, a percentage
   switch (change.level) {
   case HealthLevel::ok:
      return LogLevel::info;
   case HealthLevel::failed:
      return LogLevel::error;
   default:
      return LogLevel::warn;
   }
}

void tell_change(HostServices &services, const HealthChange &change) {
   std::string line = change.component.empty() ? std::string("health ") : change.component + ' ';
   line += to_string(change.level);
   if (!change.text.empty())
      line += ": " + change.text;
   services.log.source(change.instance).write(log_level_of(change), line);
   (void)services.bus.publish("nebula", "node.health", to_json(change)); // no room for it: the log has it
}

void tell_trouble(HostServices &services, const TaskTrouble &trouble) {
   const std::string span = span_text(trouble.running_ns);
   switch (trouble.kind) {
   case TaskTrouble::Kind::slow:
      services.health.report(trouble.instance, HealthLevel::degraded, k_task_component,
                             "a task has been running for " + span + "; a task should end within 50 ms");
      return;
   case TaskTrouble::Kind::ended:
      services.health.report(trouble.instance, HealthLevel::ok, k_task_component, "the slow task ended after " + span);
      return;
   case TaskTrouble::Kind::threw:
      services.health.report(trouble.instance, HealthLevel::degraded, k_task_component,
                             "a task let an exception out of the plugin: " + trouble.text);
      return;
   }
}

/// The callbacks' way to the services: closed when they go, and never while a callback is inside.
class Gate {
public:
   explicit Gate(HostServices &services) : services_(&services) {}
   template <class Call>
   void pass(Call call) {
      std::shared_lock lock(mutex_);
      if (services_ != nullptr)
         call(*services_);
   }
   void close() {
      std::unique_lock lock(mutex_);
      services_ = nullptr;
   }

private:
   std::shared_mutex mutex_;
   HostServices *services_;
};

/// One gate per callback, because reporting a slow task causes a health change on the same thread.
struct Wiring {
   const std::shared_ptr<Gate> change;
   const std::shared_ptr<Gate> trouble;
   const std::shared_ptr<Gate> render;
   TimerQueue &timers;
   TimerQueue::Id tick = 0;

   Wiring(HostServices &services, TimerQueue &timer_queue)
      : change(std::make_shared<Gate>(services)), trouble(std::make_shared<Gate>(services)),
        render(std::make_shared<Gate>(services)), timers(timer_queue) {}
   ~Wiring() {
      (void)timers.cancel(tick);
      for (const auto &gate : {trouble, change, render})
         gate->close();
   }
   Wiring(const Wiring &) = delete;
   Wiring &operator=(const Wiring &) = delete;
};

} // namespace

void connect_host_services(HostServices &services, TimerQueue &timers) {
   const auto wiring = std::make_shared<Wiring>(services, timers);
   services.health.on_change([gate = wiring->change](const HealthChange &change) {
      gate->pass([&](HostServices &open) { tell_change(open, change); });
   });
   services.executor.on_trouble([gate = wiring->trouble](const TaskTrouble &trouble) {
      gate->pass([&](HostServices &open) { tell_trouble(open, trouble); });
   });
   wiring->tick = timers.schedule_every(k_log_tick_ns, [&log = services.log] { log.tick(); });
   add_host_metrics(services, [gate = wiring->render](const std::function<void(HostServices &)> &refresh) {
      gate->pass([&](HostServices &open) { refresh(open); });
   });
   services.wiring = wiring;
}

} // namespace nebula::host
