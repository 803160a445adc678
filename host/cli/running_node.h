#pragma once

#include "host/cli/configuration.h"
#include "host/cli/data_lock.h"
#include "host/ctl/server.h"
#include "host/handover/channel.h"
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
   RunningNode(std::unique_ptr<Node> node, config::LoadRequest request, const DataLock &lock, std::string data)
      : node_(std::move(node)), request_(std::move(request)), lock_(lock), data_(std::move(data)) {}

   // Answers at the data folder's control socket from now on.
   [[nodiscard]] Result<void> open_control();

   [[nodiscard]] Node &node() { return *node_; }

   // A signal. Any thread.
   void signal(int number);
   // A key of the terminal. Any thread.
   void key(char key);
   // A request of the control socket. Any thread.
   void request(ctl::Request request, ctl::Server::Answer answer);

   // Runs until something asks it to stop or another process took over, stops the node and answers who waits for that.
   // False: an instance is stuck, or a hand-over went wrong.
   [[nodiscard]] bool run();

private:
   using Answered = Result<boost::json::value>;

   // Ends run(). Any thread.
   void ask_to_stop(const char *why);
   [[nodiscard]] Answered reload();
   [[nodiscard]] Answered drain();
   [[nodiscard]] Answered handover(const boost::json::object &params);
   void hand_over_to(handover::Channel channel);
   [[nodiscard]] Answered use(const boost::json::object &params);
   [[nodiscard]] Answered explain(const boost::json::object &params);
   [[nodiscard]] Answered set_level(const boost::json::object &params);
   [[nodiscard]] Answered ask_instance(const boost::json::object &params);
   [[nodiscard]] Answered on_main_thread(const ctl::Request &request);
   void ask_all(const char *method);
   void say(LogLevel level, std::string_view text) { node_->log().source("nebula").write(level, text); }

   std::unique_ptr<Node> node_;
   config::LoadRequest request_;
   const DataLock &lock_;
   const std::string data_;
   std::unique_ptr<ctl::Server> control_;
   bool broken_ = false; // a hand-over went wrong
   std::atomic<bool> stopping_{false};
   std::vector<ctl::Server::Answer> waiting_for_stop_;
};

} // namespace nebula::host::cli
