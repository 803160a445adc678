#pragma once

/// The miner plugin inside the host's own parts (executor, slots, proof of work, health), on a scripted source.

#include "miner/scripted_source.h"
#include "pow/toy.h"

#include "host/config/config_api.h"
#include "host/ext/instance_host.h"
#include "host/ext/timer_queue.h"
#include "host/log/log.h"
#include "host/pow/wiring.h"
#include "host/slots/directory.h"

#include <nebula/entry.h>
#include <nebula/svc/command.h>
#include <nebula/svc/status.h>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace nebula::miner::test {

class MinerNode {
public:
   /// `config`: the miner's, as JSON. The toy algorithm and the source are there already, the latter unless `source` is
   /// false.
   explicit MinerNode(const std::string &config = R"({"work": "chain"})", bool source = true);
   ~MinerNode();

   /// create, init and start; the text of a failure, or empty.
   [[nodiscard]] std::string start();
   [[nodiscard]] neb_status stop(std::uint64_t within_ns = 20'000'000'000);
   [[nodiscard]] neb_status drain(std::uint64_t within_ns);

   void provide_source();
   [[nodiscard]] bool withdraw_source();
   void add(const host::toy::ToyBackend &backend);

   /// Runs what was posted to the main thread until the predicate holds; generous, no test measures time.
   [[nodiscard]] bool eventually(const std::function<bool()> &predicate);
   /// The miner's answer to a request; the text of the error when it has none.
   [[nodiscard]] std::string ask(const std::string &method);
   [[nodiscard]] std::string status();
   [[nodiscard]] std::string health();

   ScriptedSource source;
   [[nodiscard]] host::Pow &pow() { return static_cast<host::Pow &>(*pow_); }

private:
   class View final : public host::NodeView {
   public:
      neb_status document(std::string_view, neb_write_fn, void *) noexcept override { return NEB_E_NOT_FOUND; }
      std::string_view node_name() const noexcept override { return "test"; }
      std::string_view network() const noexcept override { return "test"; }
      std::string_view data_root() const noexcept override { return "/tmp"; }
   };

   void pump();

   std::mutex main_mutex_;
   std::deque<std::function<void()>> main_; // guarded by main_mutex_
   host::RealClock clock_;
   std::unique_ptr<host::Log> log_;
   host::TimerQueue timers_{clock_};
   host::Executor executor_{clock_, timers_, {.threads = 2}};
   host::Bus bus_{clock_};
   host::Metrics metrics_;
   host::Health health_{clock_, timers_, nullptr};
   host::Directory directory_;
   View view_;
   host::HostServices services_;
   std::unique_ptr<host::PowHook> pow_;
   host::config::Value config_;
   neb_ext_config config_table_;
   std::unique_ptr<host::InstanceHost> instance_;
   const neb_plugin *plugin_ = nullptr;
   bool running_ = false;
};

} // namespace nebula::miner::test
