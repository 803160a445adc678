#include "host/node/pow_factory.h"

#include "host/pow/pow.h"

namespace nebula::host {

PowFactory pow_factory() {
   return [](HostServices &services, TimerQueue &, MainPost post) -> std::unique_ptr<PowHook> {
      PowEnvironment environment;
      auto &log = services.log.source("nebula");
      environment.log = [&log](std::uint32_t level, std::string_view text) {
         log.write(static_cast<LogLevel>(level), text);
      };
      environment.health = [&services](std::string_view instance, std::int32_t level, std::string_view component,
                                       std::string_view text) {
         // An instance that is gone meanwhile has no health; that is no news.
         (void)services.health.report(instance, static_cast<HealthLevel>(level), component, text);
      };
      environment.publish = [&services](std::string_view topic, std::string_view json) {
         (void)services.bus.publish("nebula", topic, json); // without room for it the log still has it
      };
      environment.post_main = std::move(post);
      environment.journal_file = std::string(services.node.data_root()) + "/pow-journal.jsonl";
      return std::make_unique<Pow>(std::move(environment));
   };
}

} // namespace nebula::host
