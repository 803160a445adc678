/// Node::reload and Node::restart: all or nothing around a Transition.

#include "host/node/transition.h"

namespace nebula::host {
namespace {

// What only a new process can change.
Result<void> same_foundation(const config::Settings &now, const config::Settings &then) {
   const auto refused = [](const char *key) {
      return Error{std::string(key) + " cannot change while the node runs; restart the node", ErrorKind::configuration};
   };
   if (now.name != then.name)
      return refused("node.name");
   if (now.network != then.network)
      return refused("node.network");
   if (now.data != then.data)
      return refused("node.data");
   if (now.executor_threads != then.executor_threads)
      return refused("executor.threads");
   if (now.log.file != then.log.file || now.log.format != then.log.format || now.log.max_size != then.log.max_size ||
       now.log.max_files != then.log.max_files)
      return refused("log.file, log.format, log.max_size and log.max_files");
   return {};
}

} // namespace

Result<ReloadReport> Node::go_over(const config::Settings &settings, std::string_view restarted) {
   auto plan = make_plan(settings, options_.context);
   if (!plan)
      return plan.error();
   if (pow())
      if (auto configured = pow()->configure(settings.algorithms); !configured)
         return configured.error();
   Transition transition(*this, *plan, restarted);
   auto report = transition.run();
   if (report)
      return report;
   if (pow())
      if (auto back = pow()->configure(settings_.algorithms); !back)
         say(LogLevel::error, "going back failed: " + back.error().message);
   if (!transition.touched())
      return report.error();
   auto former = make_plan(settings_, options_.context);
   auto returned = former ? Transition(*this, *former, {}).run() : Result<ReloadReport>(former.error());
   if (returned)
      return Error{report.error().message + "; the node went back to its former configuration", report.error().kind};
   say(LogLevel::error, "going back failed: " + returned.error().message);
   return Error{report.error().message +
                   "; going back to the former configuration failed as well: " + returned.error().message,
                ErrorKind::unavailable};
}

Result<ReloadReport> Node::reload(const config::Settings &settings) {
   if (auto same = same_foundation(settings_, settings); !same)
      return same.error();
   auto report = go_over(settings, {});
   if (!report)
      return report;
   settings_ = settings;
   parts_->set_log_levels(settings.log);
   return report;
}

Result<void> Node::restart(std::string_view name) {
   const auto one = instance(name);
   if (!one)
      return Error{"there is no plugin instance \"" + std::string(name) + "\"", ErrorKind::usage};
   if (one->stuck())
      return Error{"plugin " + one->name() + " is stuck (" + one->problem() + "); only a restart of the node ends it",
                   ErrorKind::unavailable};
   auto report = go_over(settings_, name);
   return report ? Result<void>() : report.error();
}

} // namespace nebula::host
