#pragma once

/// The thread that asks daemon and wallet on behalf of whoever accounts for the coin: what became of blocks, the
/// balance, and, driven by the payer of the core, payments. One connection to each; a wallet that takes minutes to
/// answer holds up nothing else.

#include "core/payer.h"
#include "shell/http_connection.h"

#include <boost/asio/executor_work_guard.hpp>

#include <deque>
#include <mutex>
#include <thread>

namespace nebula::monero {

/// What became of a block.
struct BlockView {
   enum class Place { unknown, main_chain, orphaned };
   Place place = Place::unknown;
   std::uint64_t height = 0;
   std::uint64_t depth = 0; // blocks on top
   std::uint64_t reward = 0;
};

struct WalletBalance {
   std::uint64_t spendable = 0; // less what is owed
   std::uint64_t locked = 0;    // block rewards, change
};

class CoinLink {
public:
   using Now = std::function<TimeMs()>;
   using OnBlock = std::function<void(const std::optional<BlockView> &)>;       // nothing: could not be found out
   using OnBalance = std::function<void(const std::optional<WalletBalance> &)>; // likewise

   /// `store` must outlive the link.
   CoinLink(Settings settings, Now now, PayoutStore &store);
   ~CoinLink();
   CoinLink(const CoinLink &) = delete;
   CoinLink &operator=(const CoinLink &) = delete;

   void start();
   /// Ends the thread and answers what waits with nothing. Idempotent.
   void stop();
   /// Another address or password of the daemon.
   void reconfigure(Settings settings);

   // All [thread-safe]; answers come on the link's thread, exactly one for each call.
   void block(const Hash &id, std::uint64_t height, OnBlock answer);
   /// The block that the main chain has at `height`; its reward is 0 when it did not pay the wallet.
   void block_at(std::uint64_t height, OnBlock answer);
   void balance(OnBalance answer);
   [[nodiscard]] Result<BatchView> order(std::string_view key, std::vector<Payment> payments,
                                         const std::string &impossible);
   [[nodiscard]] std::optional<BatchView> batch(std::string_view key);
   [[nodiscard]] std::vector<std::pair<std::string, BatchView>> list();
   /// What keeps payments from going on; empty: nothing.
   [[nodiscard]] std::string trouble();

private:
   struct Errand {
      RpcRequest request;
      std::function<void(const Result<std::string> &)> done;
   };
   struct Lane {
      std::shared_ptr<HttpConnection> connection;
      std::deque<Errand> errands;
      TimeMs timeout = 0;
   };

   void run();
   void post(std::function<void()> task);
   void enqueue(Lane &lane, Errand errand);
   void send(Lane &lane, Errand errand);
   void step();
   void arm();
   void look_at_height(const BlockView &so_far, const Hash &id, const OnBlock &answer);
   void look_whose_it_is(const BlockView &so_far, const OnBlock &answer);
   [[nodiscard]] static Settings wallet_settings(const Settings &settings);

   Settings settings_;
   Now now_;

   std::mutex payer_mutex_;
   Payer payer_;
   std::optional<PayerQuestion> question_; // the payer's, that waits for its lane
   bool asking_ = false;
   bool stopping_ = false; // what still runs answers with nothing

   std::mutex life_mutex_; // guards the end of io_ against other threads that post to it
   std::optional<boost::asio::io_context> io_{1};
   std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> keep_running_;
   std::optional<boost::asio::steady_timer> timer_;
   Lane daemon_;
   Lane wallet_;
   std::thread thread_;
};

/// Questions that wait for one connection; a pool asks once for each block it found.
inline constexpr std::size_t k_errands_max = 1'024;

} // namespace nebula::monero
