#pragma once

#include "host/cli/configuration.h"
#include "host/ctl/server.h"
#include "host/node/node.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace nebula::host::cli {

// A started node with everything that may ask something of it: signals, keys, the control socket. Functions run on the
// main thread unless they say otherwise.
class RunningNode {
public:
   RunningNode(std::unique_ptr<Node> node, config::LoadRequest request)
      : node_(std::move(node)), request_(std::move(request)) {}

   [[nodiscard]] Node &node() { return *node_; }

   // A signal. Any thread.
   void signal(int number);
   // A key of the terminal. Any thread.
   void key(char key);
   // A request of the control socket. Any thread.
   void request(ctl::Request request, ctl::Server::Answer answer);

   // Runs until something asks it to stop, stops the node and answers who waits for that. False: an instance is stuck.
   [[nodiscard]] bool run();

private:
   using Answered = Result<boost::json::value>;

   // Ends run(). Any thread.
   void ask_to_stop(const char *why);
   [[nodiscard]] Answered reload();
   [[nodiscard]] Answered drain();
   [[nodiscard]] Answered use(const boost::json::object &params);
   [[nodiscard]] Answered explain(const boost::json::object &params);
   [[nodiscard]] Answered set_level(const boost::json::object &params);
   [[nodiscard]] Answered ask_instance(const boost::json::object &params);
   [[nodiscard]] Answered on_main_thread(const ctl::Request &request);
   void ask_all(const char *method);
   void say(LogLevel level, std::string_view text) { node_->log().source("nebula").write(level, text); }

   std::unique_ptr<Node> node_;
   config::LoadRequest request_;
   std::atomic<bool> stopping_{false};
   std::vector<ctl::Server::Answer> waiting_for_stop_;
};

} // namespace nebula::host::cli
