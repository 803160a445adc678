#pragma once

/// The accounts with a disk, a coin and a clock: one thread that books what the loop hands over, in groups, and does
/// what is due. `View` is for any thread.

#include "ledger_coin.h"
#include "ledger_inbox.h"
#include "ledger_store.h"

#include "accounts/view.h"
#include "core/pool.h"
#include "source.h"

#include <nebula/clock.hpp>
#include <nebula/health.hpp>
#include <nebula/log.hpp>

#include <deque>
#include <thread>

namespace nebula::pool {

struct LedgerSettings {
   std::string coin;                              ///< instance; empty: shares are counted, nothing is divided or paid
   accounts::Rules rules;                         ///< but for the amounts below
   std::string threshold = "1";                   ///< in coins
   std::map<std::string, std::string> thresholds; ///< per wallet, in coins
   std::chrono::nanoseconds commit_interval{2'500'000};
};

class Ledger final : public accounts::View {
public:
   struct Hooks {
      /// Shares up to this receipt are durable.
      std::function<void(std::uint64_t receipt)> booked;
      std::function<void(const accounts::BlockView &)> block;  ///< it has another state
      std::function<void(const accounts::BatchView &)> payout; ///< it has another state
   };

   /// The hooks are called on the ledger's thread.
   Ledger(Host host, LedgerSettings settings, Hooks hooks);
   ~Ledger() override;

   /// [main & in init] Opens the books and audits them. Throws when they do not balance, and when the coin is there and
   /// says that an address of the configuration is none.
   void open();
   void start();
   /// What the loop handed over is booked when it returns, if the disk takes it.
   void stop();

   // The loop's.
   /// A receipt for accepted ones, else 0.
   std::uint64_t share(const ShareFact &fact, const std::string &algorithm);
   void settled(const SolutionResult &result);
   void tip(std::uint64_t height);

   /// Those of about a second ago, for whoever must not wait for the disk. Thread-safe.
   [[nodiscard]] accounts::TotalsView totals_lately() const;
   /// What is due is put into batches within a second or two. Throws NEB_E_STATE when nothing can be paid, with why.
   /// Thread-safe.
   accounts::Due pay_now();
   /// Reads everything: may take seconds, during which shares wait. Thread-safe.
   [[nodiscard]] accounts::Audit audit() const;

   [[nodiscard]] accounts::TotalsView totals() const override;
   [[nodiscard]] const std::vector<accounts::LevelView> &levels() const override { return settings_.rules.levels; }
   [[nodiscard]] std::optional<accounts::MinerView> miner(std::string_view wallet) const override;
   [[nodiscard]] std::vector<accounts::BlockView> blocks(std::uint64_t before, std::size_t most) const override;
   [[nodiscard]] std::vector<accounts::BatchView> batches(std::uint64_t before, std::size_t most) const override;
   [[nodiscard]] std::vector<accounts::PaymentView> payments(std::string_view wallet, std::uint64_t before,
                                                             std::size_t most) const override;
   [[nodiscard]] std::vector<accounts::LeaderView> leaderboard(std::size_t most) const override;
   [[nodiscard]] std::vector<accounts::SuspectView> suspects(std::size_t most) const override;

private:
   void run();
   void work();
   void book();
   void tick();
   void resolve();
   void get_to_know_coin();
   /// What the coin says against an address of the configuration; empty: nothing.
   [[nodiscard]] std::string wrong_address() const;
   void tell();
   void trouble(std::string_view component, const std::string &why);
   void recovered(std::string_view component);

   LedgerSettings settings_;
   Hooks hooks_;
   Clock clock_;
   Health health_;
   Log log_;
   LedgerStore store_;
   std::shared_ptr<LedgerInbox> inbox_ = std::make_shared<LedgerInbox>();
   LedgerCoin coin_;
   std::uint64_t last_receipt_ = 0; // the loop's

   mutable std::mutex mutex_;
   std::optional<accounts::Accounts> accounts_;  // with mutex_
   std::map<std::string, std::string> troubles_; // with mutex_; by component

   mutable std::mutex lately_mutex_;
   accounts::TotalsView lately_; // with lately_mutex_

   // The ledger's thread's.
   std::vector<LedgerWorker> workers_;
   std::vector<std::uint32_t> numbers_; // of workers_ at the accounts, in this generation
   std::uint64_t generation_ = 0;
   std::vector<LedgerShare> shares_, waiting_; // to be booked, or being booked; waiting_: after those
   std::deque<LedgerInbox::Task> tasks_;
   struct Attempt {
      accounts::Sequence before = 0;
      std::uint64_t first_block = 0;
   };
   std::optional<Attempt> attempt_;                              // to book shares_
   std::unordered_map<std::uint64_t, std::uint64_t> candidates_; // receipt -> block
   bool described_ = false;  // the coin is known, and takes the configuration's addresses
   std::string not_its_own_; // an address of the configuration, with what the coin says of it
   std::uint64_t tick_ns_ = 0, warned_ns_ = 0;
   std::thread thread_;
};

} // namespace nebula::pool
