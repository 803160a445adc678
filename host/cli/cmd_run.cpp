#include "host/cli/banner.h"
#include "host/cli/commands.h"
#include "host/cli/data_lock.h"
#include "host/cli/hot_keys.h"
#include "host/cli/node_options.h"
#include "host/cli/running_node.h"
#include "host/cli/service_manager.h"
#include "host/cli/signals.h"
#include "host/cli/version.h"
#include "host/cli/watchdog.h"
#include "host/plugin/crash.h"

#include <cstdlib>
#include <iostream>
#include <sys/resource.h>

namespace nebula::host::cli {

namespace {

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
   notify_service_manager("READY=1");
}

[[nodiscard]] int serve(const Command &self, Signals &signals, const config::LoadRequest &request) {
   const auto loaded = config::load(request);
   if (!loaded) {
      return fail(self.name, loaded.error());
   }
   auto settings = config::settings_of(loaded->root);
   const auto data = data_folder(request, settings);
   const auto lock = DataLock::take(data);
   if (!lock) {
      return fail(self.name, lock.error());
   }
   auto node = Node::make(node_options(request, std::move(settings), data));
   if (!node) {
      return fail(self.name, node.error());
   }
   RunningNode running(std::move(*node), request);
   if (const auto started = running.node().start(); !started) {
      return fail(self.name, started.error());
   }
   auto server = ctl::Server::start(ctl::socket_path(data), [&running](ctl::Request asked, ctl::Server::Answer answer) {
      running.request(std::move(asked), std::move(answer));
   });
   if (!server) {
      return fail(self.name, server.error());
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
   return serve(self, signals, *request);
}

} // namespace nebula::host::cli
