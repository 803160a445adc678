#pragma once

/// One runner process as the host sees it: started, watched, asked, and ended. A thread of its own reads what it says
/// and looks every 25 ms whether it lives and whether its sessions move; everything it says is untrusted.

#include "host/isolation/limits.h"
#include "host/isolation/message.h"
#include "host/plugin/image.h"
#include "host/util/result.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace nebula::host {

/// Who hears of a runner. Called on its watching thread; must return soon.
class RunnerListener {
public:
   virtual ~RunnerListener() = default;
   virtual void logged(const LogLine &line) = 0;
   virtual void reported(const HealthReport &report) = 0;
   virtual void progressed(const ProgressReport &report) = 0;
   /// It is dead, though nobody asked it to end. Called before any session is told, so that what is known about the
   /// backends is right when their jobs come back failed.
   virtual void lost(const std::string &why) = 0;
   /// The level that the runner should log from now on.
   [[nodiscard]] virtual std::uint32_t log_level() const = 0;
};

/// What the watch asks of a session in shared memory.
class WatchedSession {
public:
   virtual ~WatchedSession() = default;
   /// `passed_ns` went by since the last look; a text: why the runner must end.
   [[nodiscard]] virtual std::optional<std::string> look(std::uint64_t passed_ns) = 0;
   /// The runner reported progress of long work.
   virtual void heard_progress() = 0;
   /// The runner is dead: wake whoever sleeps.
   virtual void wake() = 0;
};

class RunnerProcess {
public:
   /// `program` is run with k_runner_option (runner.h). The calling thread must outlive the process: the kernel ends
   /// the runner with the thread that started it.
   [[nodiscard]] static Result<std::shared_ptr<RunnerProcess>>
   spawn(const std::string &program, const std::string &instance, RunnerListener &listener);
   /// end() was called.
   ~RunnerProcess();
   RunnerProcess(const RunnerProcess &) = delete;
   RunnerProcess &operator=(const RunnerProcess &) = delete;

   /// Asks and waits for the answer; NEB_E_DEVICE when it died, NEB_E_TIMEOUT when it did not answer by `deadline_ns`
   /// (monotonic). Any thread but the watching one.
   [[nodiscard]] Answer ask(MessageKind kind, std::string payload, int descriptor, std::uint64_t deadline_ns);

   /// Ends it now. The first reason is the one that is told. Any thread.
   void kill(const std::string &why);
   [[nodiscard]] bool dead() const noexcept { return dead_.load(std::memory_order_acquire); }
   [[nodiscard]] pid_t pid() const noexcept { return pid_; }
   /// Why it died; empty while it lives.
   [[nodiscard]] std::string why() const;

   void watch(WatchedSession *session);
   void unwatch(WatchedSession *session);

   /// Lets it end by itself until `deadline_ns`, then ends it; returns when it is gone and nobody is called any more.
   void end(std::uint64_t deadline_ns);

private:
   struct Request {
      std::optional<Answer> answer;
   };

   RunnerProcess(pid_t pid, Descriptor channel, Descriptor process, RunnerListener &listener);
   void run();
   [[nodiscard]] bool gone();
   void receive();
   void handle(Message message);
   void look_at_sessions(std::uint64_t passed_ns);
   void tell_log_level();
   void finish();
   [[nodiscard]] bool send(const Message &message, int descriptor, std::uint64_t deadline_ns);

   const pid_t pid_;
   Descriptor channel_, process_;
   RunnerListener &listener_;
   std::atomic<bool> dead_{false};
   std::mutex send_mutex_;
   mutable std::mutex mutex_;
   std::condition_variable changed_;
   std::map<std::uint64_t, Request> requests_; // guarded by mutex_, as all below
   std::uint64_t last_id_ = 0;
   std::string why_;
   bool expected_ = false; // to end
   std::mutex sessions_mutex_;
   std::vector<WatchedSession *> sessions_; // guarded by sessions_mutex_
   std::string stream_;                     // watching thread only, as all below
   std::uint32_t told_level_ = UINT32_MAX;
   std::string status_text_;
   std::thread thread_;
};

} // namespace nebula::host
