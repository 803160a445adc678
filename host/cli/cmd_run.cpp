#include "host/cli/banner.h"
#include "host/cli/commands.h"
#include "host/cli/data_lock.h"
#include "host/cli/hot_keys.h"
#include "host/cli/node_options.h"
#include "host/cli/running_node.h"
#include "host/cli/service_manager.h"
#include "host/cli/signals.h"
#include "host/cli/takeover.h"
#include "host/cli/version.h"
#include "host/cli/watchdog.h"
#include "host/plugin/crash.h"

#include <cstdlib>
#include <iostream>
#include <optional>
#include <sys/resource.h>
#include <unistd.h>

namespace nebula::host::cli {

namespace {

using namespace std::chrono_literals;

// For a node that died, or is stopping, to leave the data folder: 10 s of draining and what its stores take.
constexpr auto k_ending = 30s;

// A node holds many sockets and stores; what the system grants is taken.
void raise_open_files() {
   rlimit limit{};
   if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
      limit.rlim_cur = limit.rlim_max;
      ::setrlimit(RLIMIT_NOFILE, &limit);
   }
}

// People get the banner, programs the same facts as log lines.
void announce(RunningNode &running, const std::string &configuration, const std::string &data, bool hot_keys) {
   auto &node = running.node();
   if (node.log().on_terminal()) {
      std::cerr << banner(node, configuration, data, hot_keys) << std::flush;
   } else {
      auto &log = node.log().source("nebula");
      log.info("running " NEBULA_VERSION " as " + node.settings().name + " on " + node.settings().network +
               ", configuration " + configuration + ", data " + data);
      for (const auto &listener : node.listeners()) {
         log.info("listening on " + listener.address + " (" + listener.instance + ")");
      }
   }
   // After a hand-over it is another process that the service manager is to watch.
   notify_service_manager("MAINPID=" + std::to_string(::getpid()) + "\nREADY=1");
}

// What goes wrong here goes wrong while the old node still serves: every plugin is loaded and tried out.
[[nodiscard]] Result<Takeover::Found> take_over(const config::LoadRequest &request, const config::Settings &settings,
                                                const std::string &data) {
   if (const auto tried = provision_aside(request, settings); !tried) {
      return tried.error();
   }
   return Takeover::from(data);
}

// Starts the node with what was handed over, if anything was. On failure the old node goes on.
[[nodiscard]] Result<void> start(std::unique_ptr<Node> &node, std::optional<Takeover> &takeover) {
   if (!takeover) {
      return node->start();
   }
   if (const auto started = node->start(takeover->inherited()); !started) {
      node.reset(); // its stores are closed
      takeover->give_up(started.error().message);
      return started.error();
   }
   for (const auto &one : takeover->inherited()) {
      node->log().source("nebula").write(LogLevel::warn,
                                         "nobody takes over from " + one.instance + ": its connections end");
   }
   return {};
}

[[nodiscard]] int serve(const Command &self, Signals &signals, const config::LoadRequest &request,
                        bool wants_takeover) {
   const auto loaded = config::load(request);
   if (!loaded) {
      return fail(self.name, loaded.error());
   }
   auto settings = config::settings_of(loaded->root);
   const auto data = data_folder(request, settings);
   Takeover::Found found;
   if (wants_takeover) {
      auto taken = take_over(request, settings, data);
      if (!taken) {
         return fail(self.name, taken.error());
      }
      found = std::move(*taken);
   }
   auto &takeover = found.takeover;
   const auto lock = takeover ? takeover->lock() : DataLock::take(data, found.lost.empty() ? 0s : k_ending);
   if (!lock) {
      return fail(self.name, found.lost.empty() ? lock.error() : lock.error().within(found.lost));
   }
   auto node = Node::make(node_options(request, std::move(settings), data));
   if (!node) {
      return fail(self.name, node.error());
   }
   if (!found.lost.empty()) {
      (*node)->log().source("nebula").write(LogLevel::warn, "the node that ran here ended before it had handed over (" +
                                                               found.lost + "): this one starts without what it had");
   }
   if (const auto started = start(*node, takeover); !started) {
      return fail(self.name, started.error());
   }
   RunningNode running(std::move(*node), request, *lock, data);
   if (const auto opened = running.open_control(); !opened) {
      return fail(self.name, opened.error());
   }
   if (takeover) {
      if (const auto settled = takeover->settle(); !settled) {
         return fail(self.name, settled.error());
      }
      running.node().resume();
      takeover.reset();
   }
   signals.deliver_to([&running](int number) { running.signal(number); });
   const HotKeys keys([&running](char key) { running.key(key); });
   const Watchdog watchdog(running.node().loop());
   announce(running, described_source(request), data, keys.active());
   const bool clean = running.run();
   signals.stop();
   if (!clean) {
      // A plugin that did not end may still use anything: nothing is torn down under it. What was acknowledged is
      // durable.
      std::_Exit(static_cast<int>(ErrorKind::internal));
   }
   return k_exit_ok;
}

} // namespace

int run_run(const Command &self, const Arguments &arguments) {
   options::options_description described("Options");
   add_configuration_options(described);
   described.add_options()("takeover",
                           "take over from the node that runs on the data folder, with its open connections");
   const auto parsed = parse(self, arguments, described);
   if (parsed.finished()) {
      return parsed.exit;
   }
   Signals signals; // before any thread
   install_crash_handler();
   raise_open_files();
   const auto request = load_request(parsed);
   if (!request) {
      return fail(self.name, request.error());
   }
   return serve(self, signals, *request, parsed.has("takeover"));
}

} // namespace nebula::host::cli
