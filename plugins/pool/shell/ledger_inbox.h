#pragma once

/// What reaches the ledger's thread: shares of the loop, and tasks of anybody. Answers of the coin may come after the
/// ledger has ended: they hold the inbox, which takes nothing then.

#include "accounts/accounts.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace nebula::pool {

/// A worker as the loop knows it; numbered by its place.
struct LedgerWorker {
   std::string wallet, name, algorithm;
};

struct LedgerShare {
   std::uint32_t worker = 0;   ///< place of a LedgerWorker
   std::uint64_t receipt = 0;  ///< 0: rejected
   accounts::ShareEntry entry; ///< without its worker
};

class LedgerInbox {
public:
   using Task = std::function<void(accounts::Accounts &, std::uint64_t now_s)>;
   using Instant = std::chrono::steady_clock::time_point;

   struct Taken {
      std::vector<LedgerWorker> workers; ///< new ones, in the order of their numbers
      std::vector<LedgerShare> shares;
      std::vector<Task> tasks;
      bool ended = false;
   };

   std::uint32_t add(LedgerWorker worker);
   /// Of rejected shares no more than can be written in a moment are kept: they are statistics.
   void add(const LedgerShare &share);
   void post(Task task);
   void end();

   /// Waits for an accepted share or a task, but not before `earliest` nor beyond `latest`, and takes everything.
   [[nodiscard]] Taken take(Instant earliest, Instant latest);

private:
   std::mutex mutex_;
   std::condition_variable changed_;
   std::uint32_t last_worker_ = 0;
   std::vector<LedgerWorker> workers_;
   std::vector<LedgerShare> shares_;
   std::vector<Task> tasks_;
   bool wanted_ = false;  // there is what somebody waits for
   bool waiting_ = false; // the ledger's thread waits for that
   bool ended_ = false;
};

} // namespace nebula::pool
