#include "host/cli/running_node.h"

#include "host/cli/hand_over.h"
#include "host/cli/service_manager.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <csignal>
#include <cstdlib>
#include <unistd.h>

namespace nebula::host::cli {

namespace json = boost::json;

namespace {

[[nodiscard]] std::string text_param(const json::object &params, const char *name) {
   const auto *value = params.if_contains(name);
   return value && value->is_string() ? std::string(value->get_string()) : "";
}

[[nodiscard]] Result<json::value> parsed(const Result<std::string> &document) {
   if (!document) {
      return document.error();
   }
   boost::system::error_code failed;
   auto value = json::parse(*document, failed);
   if (failed) {
      return Error{"the plugin answered with something that is not JSON", ErrorKind::internal};
   }
   return Result<json::value>(std::move(value));
}

[[nodiscard]] json::object text_answer(std::string text) {
   return {{"text", std::move(text)}};
}

[[nodiscard]] std::string listed(const char *what, const std::vector<std::string> &names) {
   std::string text;
   for (const auto &name : names) {
      text += (text.empty() ? std::string(what) + " " : ", ") + name;
   }
   return text;
}

[[nodiscard]] json::object described(const ReloadReport &report) {
   json::object answer;
   std::string text;
   const auto add = [&](const char *what, const std::vector<std::string> &names) {
      answer[what] = json::array(names.begin(), names.end());
      if (const auto part = listed(what, names); !part.empty()) {
         text += (text.empty() ? "" : "; ") + part;
      }
   };
   add("reconfigured", report.reconfigured);
   add("restarted", report.restarted);
   add("added", report.added);
   add("removed", report.removed);
   answer["unchanged"] = json::array(report.unchanged.begin(), report.unchanged.end());
   answer["text"] = text.empty() ? "nothing changed" : text;
   return answer;
}

// What cannot change while the node runs: the folder is locked and the stores are open in it.
[[nodiscard]] std::string needs_restart(const config::Settings &now, const config::Settings &wanted) {
   std::string what;
   const auto add = [&what](bool differs, const char *name) {
      if (differs) {
         what += (what.empty() ? "" : ", ") + std::string(name);
      }
   };
   add(now.name != wanted.name, "node.name");
   add(now.data != wanted.data, "node.data");
   add(now.network != wanted.network, "node.network");
   add(now.executor_threads != wanted.executor_threads, "executor.threads");
   return what;
}

} // namespace

void RunningNode::ask_to_stop(const char *why) {
   if (!stopping_.exchange(true)) {
      say(LogLevel::info, std::string("stopping: ") + why);
      notify_service_manager("STOPPING=1");
      node_->loop().quit();
   }
}

void RunningNode::signal(int number) {
   switch (number) {
   case SIGTERM:
   case SIGINT:
      if (stopping_.load()) {
         say(LogLevel::warn, "stopped at once by a second signal; nothing acknowledged is lost");
         ::_exit(128 + number);
      }
      ask_to_stop(number == SIGINT ? "interrupted; a second Ctrl-C stops at once" : "terminated");
      break;
   case SIGHUP:
      node_->loop().post([this] {
         if (const auto done = reload(); !done) {
            say(LogLevel::error, "reload refused, the old configuration stays: " + done.error().message);
         }
      });
      break;
   case SIGUSR1:
      if (const auto reopened = node_->log().reopen(); !reopened) {
         say(LogLevel::error, reopened.error().message);
      }
      break;
   case SIGUSR2:
      node_->loop().post([this] { (void)drain(); });
      break;
   default:
      break;
   }
}

void RunningNode::key(char key) {
   switch (key) {
   case 'h':
      ask_all("hashrate");
      break;
   case 'p':
      ask_all("pause");
      break;
   case 'r':
      ask_all("resume");
      break;
   case 's':
      ask_all("results");
      break;
   case 'c':
      ask_all("connections");
      break;
   case 'w':
      ask_all("workers");
      break;
   case 'q':
      ask_to_stop("q pressed");
      break;
   case '?':
      say(LogLevel::info, "keys: h hash rate, p pause, r resume, s results, c connections, w workers, q quit");
      break;
   default:
      break;
   }
}

// Every instance that knows the method answers.
void RunningNode::ask_all(const char *method) {
   bool answered = false;
   for (const auto &instance : node_->instances()) {
      const auto answer = parsed(node_->request(instance->name(), method, "{}"));
      if (answer && answer->is_object()) {
         answered = true;
         say(LogLevel::info, instance->name() + ": " + text_param(answer->get_object(), "text"));
      }
   }
   if (!answered) {
      say(LogLevel::info, std::string("no plugin answers \"") + method + "\"");
   }
}

void RunningNode::request(ctl::Request request, ctl::Server::Answer answer) {
   if (request.method == "status") {
      answer(Answered(json::value(node_->status())));
      return;
   }
   if (request.method == "instance") {
      // Not on the main thread: a plugin's answer must not wait for a reload.
      answer(ask_instance(request.params));
      return;
   }
   const bool posted = node_->loop().post([this, request = std::move(request), answer] {
      if (request.method == "stop") {
         waiting_for_stop_.push_back(answer);
         ask_to_stop("asked by nebula ctl");
         return;
      }
      answer(on_main_thread(request));
   });
   if (!posted) {
      answer(Error{"the node is stopping", ErrorKind::temporary});
   }
}

RunningNode::Answered RunningNode::on_main_thread(const ctl::Request &request) {
   if (request.method == "reload") {
      return reload();
   }
   if (request.method == "restart") {
      const auto instance = text_param(request.params, "instance");
      if (auto done = node_->restart(instance); !done) {
         return done.error();
      }
      return json::value(json::object{{"text", instance + " was restarted"}});
   }
   if (request.method == "drain") {
      return drain();
   }
   if (request.method == "handover") {
      return handover(request.params);
   }
   if (request.method == "use") {
      return use(request.params);
   }
   if (request.method == "explain") {
      return explain(request.params);
   }
   if (request.method == "loglevel") {
      return set_level(request.params);
   }
   return Error{"this node knows no request \"" + request.method + "\"", ErrorKind::usage};
}

RunningNode::Answered RunningNode::reload() {
   notify_service_manager("RELOADING=1");
   const auto done = [&]() -> Answered {
      const auto loaded = config::load(request_);
      if (!loaded) {
         return loaded.error();
      }
      const auto settings = config::settings_of(loaded->root);
      if (const auto what = needs_restart(node_->settings(), settings); !what.empty()) {
         return Error{what + " cannot change while the node runs; stop and start it, or take the change back",
                      ErrorKind::configuration};
      }
      auto report = node_->reload(settings);
      if (!report) {
         return report.error();
      }
      return Answered(json::value(described(*report)));
   }();
   if (done) {
      say(LogLevel::info, "reloaded: " + text_param(done->get_object(), "text"));
   }
   notify_service_manager("READY=1");
   return done;
}

RunningNode::Answered RunningNode::drain() {
   constexpr std::uint64_t k_drain_ns = 10'000'000'000;
   auto &services = node_->services();
   services.health.set_draining("asked to drain");
   const auto deadline = services.clock.monotonic_ns() + k_drain_ns;
   auto instances = node_->instances();
   for (auto instance = instances.rbegin(); instance != instances.rend(); ++instance) {
      if ((*instance)->state() == PluginState::running) {
         (*instance)->drain(deadline);
      }
   }
   say(LogLevel::info, "draining: no new work is taken until the node is started again");
   return Answered(json::value(text_answer("draining; stop it with: nebula ctl stop")));
}

Result<void> RunningNode::open_control() {
   auto server = ctl::Server::start(ctl::socket_path(data_), [this](ctl::Request asked, ctl::Server::Answer answer) {
      request(std::move(asked), std::move(answer));
   });
   if (!server) {
      return server.error();
   }
   control_ = std::move(*server);
   return {};
}

// Agrees and answers; the work is done afterwards, for it closes the socket of the answer.
RunningNode::Answered RunningNode::handover(const json::object &params) {
   if (stopping_.load()) {
      return Error{"the node is stopping", ErrorKind::temporary};
   }
   auto channel = handover::meet(text_param(params, "socket"));
   if (!channel) {
      return channel.error();
   }
   auto shared = std::make_shared<handover::Channel>(std::move(*channel));
   node_->loop().post([this, shared] { hand_over_to(std::move(*shared)); });
   return Answered(json::value(text_answer("handing over")));
}

void RunningNode::hand_over_to(handover::Channel channel) {
   say(LogLevel::info, "handing over to process " + std::to_string(channel.peer()));
   control_.reset(); // the new one opens its own
   const auto outcome = hand_over(*node_, std::move(channel), lock_.descriptor());
   if (outcome.how == HandOver::back) {
      if (const auto opened = open_control(); !opened) {
         say(LogLevel::error, opened.error().message);
      }
      say(LogLevel::warn, "this node goes on, for the new one failed: " + outcome.why);
      return;
   }
   broken_ = outcome.how == HandOver::broken;
   say(broken_ ? LogLevel::error : LogLevel::info,
       broken_ ? "the hand-over failed: " + outcome.why : "the new node has taken over");
   stopping_.store(true);
   node_->loop().quit();
}

RunningNode::Answered RunningNode::use(const json::object &params) {
   const auto algorithm = text_param(params, "algorithm");
   if (!node_->pow()) {
      return Error{"this node has no algorithms", ErrorKind::unavailable};
   }
   if (const auto used = node_->pow()->use(algorithm, text_param(params, "select")); !used) {
      return used.error();
   }
   return explain(params);
}

RunningNode::Answered RunningNode::explain(const json::object &params) {
   if (!node_->pow()) {
      return Error{"this node has no algorithms", ErrorKind::unavailable};
   }
   return parsed(node_->pow()->explain(text_param(params, "algorithm")));
}

RunningNode::Answered RunningNode::set_level(const json::object &params) {
   const auto level = log_level_from(text_param(params, "level"));
   if (!level) {
      return Error{"\"" + text_param(params, "level") + "\" is not a level; use trace, debug, info, warn, error or off",
                   ErrorKind::usage};
   }
   const auto name = text_param(params, "instance");
   if (!name.empty() && name != "nebula" && !node_->instance(name)) {
      return Error{"no instance is named \"" + name + "\"; nebula ctl status lists them", ErrorKind::usage};
   }
   node_->log().set_level(name, *level);
   return Answered(
      json::value(text_answer((name.empty() ? "all" : name) + " now logs at " + std::string(to_string(*level)))));
}

RunningNode::Answered RunningNode::ask_instance(const json::object &params) {
   const auto *inner = params.if_contains("params");
   return parsed(node_->request(text_param(params, "instance"), text_param(params, "method"),
                                inner && inner->is_object() ? json::serialize(*inner) : "{}"));
}

bool RunningNode::run() {
   node_->loop().run();
   const bool clean = node_->stop() && !broken_;
   for (const auto &answer : waiting_for_stop_) {
      answer(Answered(json::value(text_answer(clean ? "stopped" : "stopped; a plugin did not end in time"))));
   }
   control_.reset();
   return clean;
}

} // namespace nebula::host::cli
