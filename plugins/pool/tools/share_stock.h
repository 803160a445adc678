#pragma once

/// Shares of a slow algorithm, found ahead of their time by threads of their own, so that whoever sends them is never
/// late for hashing. Of each kind there are so many at most, ready or under way; which miner's they are is chosen when
/// they are ordered. All but the search happens on the caller's thread.

#include "algorithms.h"
#include "miner.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace nebula::pool {

using PerKind = std::array<std::size_t, k_share_kinds>;

class ShareStock {
public:
   struct Ready {
      std::uint32_t miner = 0;
      Share share;
   };

   /// A thread for each computer, at a lower priority than the caller. `most`: of each kind.
   ShareStock(std::vector<std::unique_ptr<Computer>> computers, std::size_t miners, const PerKind &most);
   ~ShareStock();
   ShareStock(const ShareStock &) = delete;
   ShareStock &operator=(const ShareStock &) = delete;

   /// The miner has other work, or none: what is good for nothing any more is dropped.
   void work_changed(const Miner &miner);
   /// Takes in what was found, and orders what is missing. `any()` is a miner with work, or null. Throws what a search
   /// threw.
   void fill(const std::function<const Miner *()> &any);
   /// The one that was found first; nothing when none is ready.
   [[nodiscard]] std::optional<Ready> take(ShareKind kind);

   /// No more are found. Waits for nothing.
   void stop();

   [[nodiscard]] std::size_t threads() const { return threads_.size(); }
   [[nodiscard]] std::size_t ready() const;
   [[nodiscard]] bool full() const;

private:
   struct Order {
      ShareKind kind = ShareKind::valid;
      std::uint32_t miner = 0;
      std::uint64_t jobs = 0; ///< number of the miner's job
      Work work;
   };
   struct Answer {
      Order order;
      std::optional<Share> share; ///< nothing: its work was worthless before one was found
   };
   /// What threads and caller know of a miner.
   struct Lane {
      std::atomic<std::uint64_t> oldest_good{0}; ///< number of a job; shares of earlier ones are worthless
      std::atomic<std::uint64_t> next_nonce{0};
      std::uint32_t ready = 0; ///< shares of it; the caller's
   };

   void work(Computer &computer);
   [[nodiscard]] std::optional<Share> find(Computer &computer, const Order &order);
   void collect();
   [[nodiscard]] static std::size_t index(ShareKind kind) { return static_cast<std::size_t>(kind); }

   const PerKind most_;
   std::vector<Lane> lanes_;
   std::array<std::deque<Ready>, k_share_kinds> ready_;
   PerKind under_way_{};
   std::atomic<bool> stop_{false}, answered_{false};
   std::mutex mutex_;
   std::condition_variable ordered_;
   std::deque<Order> orders_;    // guarded by mutex_
   std::vector<Answer> answers_; // guarded by mutex_
   std::exception_ptr failure_;  // guarded by mutex_
   std::vector<std::unique_ptr<Computer>> computers_;
   std::vector<std::thread> threads_; // last: they use all of the above
};

} // namespace nebula::pool
