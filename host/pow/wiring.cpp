#include "host/pow/wiring.h"

#include "host/ext/metric_text.h"

namespace nebula::host {

namespace {

constexpr const char *k_source = "pow"; // of log lines and events

/// The gauges are the readings and no others: what a device stopped telling is taken away. A scrape between the two
/// steps finds fewer series once, which it takes as "absent".
void show_readings(Metrics &metrics, const std::vector<DeviceReading> &readings) {
   metrics.remove(k_source);
   for (const DeviceReading &reading : readings) {
      std::string label;
      append_label(label, "backend", reading.backend);
      if (neb_cell *cell =
             metrics.cell(k_source, NEB_METRIC_GAUGE, reading.metric, reading.help, label, reading.divisor))
         neb_cell_set(cell, reading.value);
   }
}

PowEnvironment environment_of(HostServices &services, MainPost post_main, const std::string &data_folder) {
   PowEnvironment environment;
   LogSource &log = services.log.source(k_source);
   environment.log = [&log](std::uint32_t level, std::string_view text) {
      log.write(static_cast<LogLevel>(level), text);
   };
   environment.health = [&health = services.health](std::string_view instance, std::int32_t level,
                                                    std::string_view component, std::string_view text) {
      (void)health.report(instance, static_cast<HealthLevel>(level), component, text);
   };
   environment.publish = [&bus = services.bus](std::string_view topic, std::string_view json) {
      (void)bus.publish(k_source, topic, json);
   };
   environment.telemetry = [&metrics = services.metrics](const std::vector<DeviceReading> &readings) {
      show_readings(metrics, readings);
   };
   environment.post_main = std::move(post_main);
   if (!data_folder.empty())
      environment.journal_file = data_folder + "/pow-quarantine.jsonl";
   return environment;
}

} // namespace

std::unique_ptr<PowHook> make_pow(HostServices &services, MainPost post_main, const std::string &data_folder,
                                  bool warns_of_deprecated) {
   PowEnvironment environment = environment_of(services, std::move(post_main), data_folder);
   environment.warns_of_deprecated = warns_of_deprecated;
   auto pow = std::make_unique<Pow>(std::move(environment));
   services.metrics.before_render(pow->telemetry_trigger());
   return pow;
}

} // namespace nebula::host
