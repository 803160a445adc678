#pragma once

/// The thread that has the sockets and the time: it brings the client's connections, lines and ticks to it, and does
/// what it asks for. Everything else that touches the client takes the same lock.

#include "core/client.h"

#include "common/net/transport.h"

#include <nebula/handover.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <future>
#include <mutex>
#include <thread>

namespace nebula::upstream {

/// Called on the link's thread, without the lock.
class LinkListener {
public:
   virtual ~LinkListener() = default;
   virtual void on_offer(const Offer &offer) = 0;
   virtual void on_settled(const Settled &settled) = 0;
   virtual void on_note(const Note &note) = 0;
   virtual void on_tick(const ClientView &view) = 0;
   virtual void on_broken(std::string_view why) = 0;
};

class Link {
public:
   using Now = std::function<std::uint64_t()>;

   Link(ClientSettings settings, std::vector<common::TlsPolicy> tls, Now now, LinkListener &listener);
   ~Link();

   /// Also after `take`: connections and pools are read from now on.
   void start();
   /// State and sockets for a link in another process, which goes on where this one stops. Nothing may wait for an
   /// answer. Throws NEB_E_TIMEOUT when a pool does not take what is sent; then it goes on as before.
   [[nodiscard]] HandoverState give(std::uint64_t deadline_ns);
   /// Before `start`; it has the sockets from here on. What is offered at the moment.
   [[nodiscard]] std::optional<Offer> take(const HandoverState &state);
   /// Everything that waits is lost, and told so before this returns.
   void stop();

   /// Does something with the client under the lock. Thread-safe; `what` returns soon.
   template <class What>
   auto locked(const What &what) {
      const std::lock_guard lock(mutex_);
      return what(client_, now_());
   }
   /// The same on the link's thread, with its effects. Thread-safe; does nothing after stop.
   void post(std::function<void(Client &, std::uint64_t now_ns)> what);

private:
   class Connection;
   struct Resting {
      std::promise<void> promise; // that nothing is read or written
      bool told = false;
   };
   void run();
   void arm();
   void perform(std::vector<Effect> effects);
   void open(const Connect &connect);
   void rest();
   void wake();
   void look_whether_all_rest();

   std::mutex mutex_; // of client_
   Client client_;
   std::vector<common::TlsPolicy> tls_;
   std::vector<bool> encrypted_; // per pool
   Now now_;
   LinkListener &listener_;
   std::mutex life_mutex_; // of io_
   std::unique_ptr<boost::asio::io_context> io_ = std::make_unique<boost::asio::io_context>(1);
   std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> keep_running_;
   std::optional<boost::asio::steady_timer> timer_;
   std::map<LaneId, std::shared_ptr<Connection>> connections_; // on the link's thread
   std::deque<Effect> queue_;                                  // what is being done, and what is left
   std::optional<Resting> resting_;                            // on the link's thread; since `give` was asked
   std::uint64_t viewed_ns_ = 0;
   std::thread thread_;
};

} // namespace nebula::upstream
