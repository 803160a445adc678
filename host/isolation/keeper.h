#pragma once

/// Keeps one instance's runner: starts it, tells the node when it died, starts it again while the budget lasts, and
/// gives the instance up afterwards. A thread of its own does that; the main thread never waits for a restart.

#include "host/ext/service_directory.h"
#include "host/isolation/restart_budget.h"
#include "host/isolation/runner_process.h"

#include <nebula/host.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace nebula::host {

struct KeeperSpec {
   std::string program; // of the runner
   Setup setup;
   Descriptor file;               // of the plugin, open as long as the instance lives
   bool offers_algorithms = true; // those it has: others depend on them, and without them the node is not ready
};

class Keeper final : private RunnerListener {
public:
   /// `host` is the instance's record; it and `directory` outlive the keeper.
   Keeper(const neb_host *host, ServiceDirectory &directory, KeeperSpec spec);
   /// Ends the runner.
   ~Keeper() override;

   /// The first start, up to the plugin's init; what it provides. Main thread, once.
   [[nodiscard]] Result<Described> begin();
   /// The plugin's start, drain and stop. A runner that is down is no failure: it will be started, or never needs to be
   /// stopped. After stop nothing is restarted. Main thread.
   [[nodiscard]] Result<void> start();
   [[nodiscard]] neb_status drain(std::uint64_t deadline_ns);
   void stop(std::uint64_t deadline_ns);

   /// The runner that serves now; nullptr while there is none. Any thread.
   [[nodiscard]] std::shared_ptr<RunnerProcess> runner() const;
   /// The member of a family; remembered, so that every later runner makes it too. Any thread; waits for the runner.
   [[nodiscard]] Answer member(const MemberRequest &request);
   /// For the status of the instance. Any thread.
   struct View {
      pid_t pid = 0; // 0: none
      std::size_t restarts = 0;
      bool quarantined = false;
      std::string last_reason;
   };
   [[nodiscard]] View view() const;

private:
   // RunnerListener.
   void logged(const LogLine &line) override;
   void reported(const HealthReport &report) override;
   void progressed(const ProgressReport &report) override;
   void lost(const std::string &why) override;
   [[nodiscard]] std::uint32_t log_level() const override;

   void run();
   [[nodiscard]] Result<Described> bring_up();
   [[nodiscard]] Answer make_ready(RunnerProcess &process) const;
   [[nodiscard]] Answer make_members(RunnerProcess &process) const;
   [[nodiscard]] Described provided() const;
   [[nodiscard]] bool pause(std::uint64_t pause_ns);
   void end_runner(std::uint64_t deadline_ns);
   void bring_back();
   void give_up(const std::string &why);
   void say(std::uint32_t level, const std::string &text) const;
   void health(std::int32_t level, const std::string &text) const;
   void publish(const char *what, const std::string &why) const;

   const neb_host *const host_;
   ServiceDirectory &directory_;
   const KeeperSpec spec_;
   RestartBudget budget_; // keeper thread only
   mutable std::mutex mutex_;
   std::condition_variable changed_;
   std::shared_ptr<RunnerProcess> runner_; // guarded by mutex_, as all below
   Described described_;
   std::vector<std::pair<MemberRequest, Described>> members_; // that the node has
   bool begun_ = false, running_ = false, quitting_ = false, lost_ = false;
   bool bringing_up_ = false;       // the keeper's thread asks a runner that is not ready yet
   std::uint64_t end_deadline_ = 0; // of the last runner, once quitting
   std::optional<Result<Described>> first_;
   View view_;
   std::thread thread_;
};

} // namespace nebula::host
