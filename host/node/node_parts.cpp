#include "host/node/node_parts.h"

#include <filesystem>

namespace nebula::host {
namespace {

Result<LogOptions> log_options(const config::LogSettings &settings, const std::string &node_folder) {
   LogOptions options;
   if (const auto level = log_level_from(settings.level))
      options.level = *level;
   using Format = LogOptions::Format;
   options.format = settings.format == "json"   ? Format::json
                    : settings.format == "text" ? Format::text
                                                : Format::automatic;
   if (settings.file)
      options.file = (std::filesystem::path(node_folder) / *settings.file).lexically_normal().string();
   options.rotate_bytes = settings.max_size;
   options.rotate_files = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, settings.max_files));
   return options;
}

} // namespace

NodeParts::NodeParts(Clock *given, std::unique_ptr<Log> opened, std::uint32_t threads, NodeView &view,
                     std::string version)
   : clock(given ? *given : real_clock_), log(std::move(opened)), timers(clock),
     executor(clock, timers, Executor::Options{.threads = threads}), bus(clock),
     health(clock, timers, log.get()), services{clock, executor,  bus,  metrics,           health,
                                                *log,  directory, view, std::move(version)} {
   connect_host_services(services, timers);
}

NodeParts::~NodeParts() = default;

Result<std::unique_ptr<NodeParts>> NodeParts::make(const config::Settings &settings, const std::string &node_folder,
                                                   Clock *clock, NodeView &view, std::string version) {
   auto options = log_options(settings.log, node_folder);
   if (!options)
      return options.error();
   static RealClock log_clock; // the log may be asked for the time before the parts exist
   auto log = Log::open(*options, clock ? *clock : log_clock);
   if (!log)
      return log.error();
   std::unique_ptr<NodeParts> parts(new NodeParts(
      clock, std::move(*log), static_cast<std::uint32_t>(settings.executor_threads), view, std::move(version)));
   parts->set_log_levels(settings.log);
   return parts;
}

void NodeParts::set_log_levels(const config::LogSettings &settings) {
   if (const auto level = log_level_from(settings.level))
      log->set_level({}, *level);
   for (const auto &[instance, name] : settings.levels)
      if (const auto level = log_level_from(name))
         log->set_level(instance, *level);
}

} // namespace nebula::host
