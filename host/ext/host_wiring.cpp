#include "ext/host_metrics.h"
#include "ext/instance_host.h"
#include "ext/text.h"

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

} // namespace

void connect_host_services(HostServices &services, TimerQueue &timers) {
   services.health.on_change([&services](const HealthChange &change) { tell_change(services, change); });
   services.executor.on_trouble([&services](const TaskTrouble &trouble) { tell_trouble(services, trouble); });
   timers.schedule_every(k_log_tick_ns, [&services] { services.log.tick(); });
   add_host_metrics(services);
}

} // namespace nebula::host
