#pragma once

/// The plugin's one thread: two connections to the daemon, driven by the monitor and the tracker of the core.
///
/// One connection polls and fetches templates, the other submits blocks and looks them up, so that a slow submission
/// never delays new work.

#include "core/block_tracker.h"
#include "core/daemon_monitor.h"
#include "shell/http_connection.h"
#include "shell/zmq_listener.h"

#include <boost/asio/executor_work_guard.hpp>

#include <future>
#include <mutex>
#include <thread>

namespace nebula::monero {

/// What is asked of the daemon, for counting.
enum class Question { height, info, block_template, submit, look };
inline constexpr std::array<std::string_view, 5> k_question_names = {"height", "info", "template", "submit", "look"};

/// How the daemon is doing, for people and metrics.
struct DaemonView {
   DaemonState state = DaemonState::connecting;
   TimeMs since = 0;
   std::string detail;
   std::uint64_t height = 0;
   std::optional<TimeMs> unconfirmed_for; // since the tip was last confirmed
   bool stale = false;
   std::size_t blocks_unresolved = 0;
};

/// Hears of everything on the link's thread; must return soon and must not destroy the link.
class LinkListener {
public:
   LinkListener() = default;
   LinkListener(const LinkListener &) = delete;
   LinkListener &operator=(const LinkListener &) = delete;
   virtual ~LinkListener() = default;

   virtual void on_work(const std::shared_ptr<const BlockWork> &work) = 0;
   virtual void on_fate(const FateChange &change) = 0;
   /// After each answer and at least once a second.
   virtual void on_view(const DaemonView &view) = 0;
   virtual void on_answer(Question question, bool good, TimeMs took) = 0;
   virtual void on_wake() = 0;
   /// The thread ended by a failure of the program itself; nothing more will be heard.
   virtual void on_broken(std::string_view why) = 0;
};

class DaemonLink {
public:
   using Now = std::function<TimeMs()>;

   /// `listener` must outlive the link.
   DaemonLink(Settings settings, Now now, std::uint64_t seed, LinkListener &listener);
   ~DaemonLink();
   DaemonLink(const DaemonLink &) = delete;
   DaemonLink &operator=(const DaemonLink &) = delete;

   /// Listens at the ZMQ address, if one is set; the error says why it is none.
   [[nodiscard]] Result<std::monostate> open();
   /// Starts the thread, after `open`: the daemon is asked from now on.
   void start();
   /// Ends the thread and the connections; nothing of the listener runs any more when it returns. Idempotent.
   void stop();

   /// Hands a block to the tracker; the answer is called on the link's thread, after stop never. [any thread]
   void hand_in(SolvedBlock block, std::function<void(BlockTracker::Admission)> answer);
   /// Goes on with blocks that were handed in by another process, before `start`.
   void follow(std::vector<FollowedBlock> blocks);
   /// What a link in another process is to follow. It comes from the link's thread; never, when that has ended.
   [[nodiscard]] std::future<std::vector<FollowedBlock>> followed();
   /// Other settings from now on. [any thread]
   void reconfigure(Settings settings);

private:
   void post(std::function<void()> task);
   void run();
   void step();
   void arm();
   void ask_monitor();
   void ask_tracker();
   void show();
   void ask(HttpConnection &connection, Question question, RpcRequest request, TimeMs timeout,
            std::function<void(const Result<std::string> &)> answered);

   Settings settings_;
   Now now_;
   LinkListener &listener_;
   DaemonMonitor monitor_;
   BlockTracker tracker_;

   std::mutex life_mutex_; // guards the end of io_ against other threads that post to it
   std::optional<boost::asio::io_context> io_{1};
   std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> keep_running_;
   std::optional<boost::asio::steady_timer> timer_;
   std::shared_ptr<HttpConnection> polls_;
   std::shared_ptr<HttpConnection> submits_;
   std::unique_ptr<ZmqListener> zmq_;
   std::thread thread_;
};

} // namespace nebula::monero
