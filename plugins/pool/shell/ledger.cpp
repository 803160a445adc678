#include "ledger.h"

#include "ledger_amount.h"
#include "time_slice.h"

#include <algorithm>
#include <iterator>
#include <random>

namespace nebula::pool {
namespace {

using accounts::Accounts;

constexpr std::string_view k_ledger = "ledger", k_coin = "coin";
constexpr std::uint64_t k_tick_ns = 1'000'000'000;
constexpr std::chrono::seconds k_retry{1};
constexpr std::uint64_t k_warn_ns = 30'000'000'000;

accounts::Outcome outcome_of(Verdict verdict) {
   switch (verdict) {
   case Verdict::accepted:
      return accounts::Outcome::accepted;
   case Verdict::stale:
      return accounts::Outcome::stale;
   case Verdict::duplicate:
      return accounts::Outcome::duplicate;
   case Verdict::low:
      return accounts::Outcome::low;
   case Verdict::invalid:
      break;
   }
   return accounts::Outcome::invalid;
}

/// Of a new ledger: its payments' keys are never another pool's.
std::string new_identity() {
   constexpr char k_digits[] = "0123456789abcdef";
   std::random_device device;
   std::string out = "pool-";
   for (int i = 0; i < 24; ++i)
      out += k_digits[device() % 16];
   return out;
}

} // namespace

Ledger::Ledger(Host host, LedgerSettings settings, Hooks hooks)
   : settings_(std::move(settings)), hooks_(std::move(hooks)), clock_(host), health_(host), log_(host), store_(host),
     coin_(host, inbox_) {
   if (!settings_.coin.empty())
      coin_.find(settings_.coin);
}

Ledger::~Ledger() {
   stop();
}

void Ledger::open() {
   if (coin_.describe())
      if (const std::string wrong = wrong_address(); !wrong.empty())
         throw Error(NEB_E_CONFIG, wrong);
   store_.open();
   accounts_.emplace(settings_.rules, store_);
   accounts_->open(new_identity());
   const accounts::Audit audit = accounts_->audit();
   for (const std::string &fault : audit.faults)
      log_.error("the ledger does not balance: ", fault);
   if (!audit.faults.empty())
      throw Error(NEB_E_CORRUPT, "the pool's ledger does not balance: ", audit.faults.front(),
                  "; restore it from a backup, or move its data folder away to begin a new one");
   if (audit.blocks > 0)
      log_.info("the ledger balances: ", audit.blocks, " blocks, ", audit.batches, " batches of payments");
}

void Ledger::start() {
   thread_ = std::thread([this] { run(); });
}

void Ledger::stop() {
   inbox_->end();
   if (thread_.joinable())
      thread_.join();
}

std::uint64_t Ledger::share(const ShareFact &fact, const std::string &algorithm) {
   Worker &worker = *fact.worker;
   // Whoever never had a share accepted leaves no trace: names cost an attacker nothing.
   if (worker.account == 0 && fact.verdict != Verdict::accepted)
      return 0;
   if (worker.account == 0)
      worker.account = inbox_->add(LedgerWorker{worker.wallet, worker.name, algorithm});
   LedgerShare share;
   share.worker = worker.account - 1;
   share.entry.outcome = outcome_of(fact.verdict);
   share.entry.difficulty = fact.difficulty;
   share.entry.time_s = clock_.wall_s();
   if (fact.verdict == Verdict::accepted) {
      share.receipt = ++last_receipt_;
      share.entry.network_difficulty = fact.network_difficulty;
      share.entry.height = fact.height;
      share.entry.block = fact.block && !settings_.coin.empty();
   }
   inbox_->add(share);
   return share.receipt;
}

void Ledger::settled(const SolutionResult &result) {
   if (!result.block || settings_.coin.empty())
      return;
   inbox_->post([this, result](Accounts &accounts, std::uint64_t) {
      const auto candidate = candidates_.find(result.receipt);
      if (candidate == candidates_.end())
         return;
      if (result.outcome == NEB_WORK_BLOCK)
         accounts.found(candidate->second, result.block_id, result.height);
      else if (result.outcome != NEB_WORK_LOST) // that may have become one: the coin is asked for it by its height
         accounts.refused(candidate->second);
      candidates_.erase(candidate);
   });
}

void Ledger::tip(std::uint64_t height) {
   inbox_->post([height](Accounts &accounts, std::uint64_t) { accounts.tip(height); });
}

accounts::Due Ledger::pay_now() {
   if (settings_.coin.empty())
      throw Error(NEB_E_STATE, "this pool pays nobody: its configuration names no `coin`");
   const std::lock_guard lock(mutex_);
   if (const auto known = troubles_.find(std::string(k_coin)); known != troubles_.end())
      throw Error(NEB_E_STATE, "nothing can be paid now: ", known->second);
   const accounts::Due due = accounts_->due();
   if (due.wallets > 0)
      accounts_->hurry();
   return due;
}

void Ledger::run() {
   using std::chrono::steady_clock;
   ask_for_prompt_turns();
   auto earliest = steady_clock::now();
   bool failed = false;
   for (;;) {
      const auto now = steady_clock::now();
      LedgerInbox::Taken taken = inbox_->take(failed ? now + k_retry : earliest, now + k_retry);
      earliest = steady_clock::now() + settings_.commit_interval;
      std::ranges::move(taken.workers, std::back_inserter(workers_));
      // Shares of a transaction of which it is not known whether it happened stay by themselves until it is.
      if (attempt_)
         waiting_.insert(waiting_.end(), taken.shares.begin(), taken.shares.end());
      else
         shares_.insert(shares_.end(), taken.shares.begin(), taken.shares.end());
      std::ranges::move(taken.tasks, std::back_inserter(tasks_));
      failed = true;
      try {
         work();
         if (taken.ended) {
            const std::lock_guard lock(mutex_);
            accounts_->flush();
         }
         failed = false;
         recovered(k_ledger);
      } catch (const Error &error) {
         trouble(k_ledger, error.what());
      } catch (const std::exception &error) {
         trouble(k_ledger, error.what());
      }
      if (taken.ended) {
         if (failed)
            log_.error("the last ", shares_.size(), " shares before the end could not be written");
         return;
      }
   }
}

void Ledger::work() {
   do {
      book();
      shares_.swap(waiting_);
   } while (!shares_.empty());
   while (!tasks_.empty()) {
      {
         const std::lock_guard lock(mutex_);
         tasks_.front()(*accounts_, clock_.wall_s());
      }
      tasks_.pop_front();
      tell();
   }
   if (const std::uint64_t now = clock_.monotonic_ns(); now - tick_ns_ >= k_tick_ns) {
      tick_ns_ = now;
      tick();
      tell();
      accounts::TotalsView fresh = totals();
      const std::lock_guard lock(lately_mutex_);
      lately_ = std::move(fresh);
   }
}

/// Numbers of the workers at the accounts, anew when the accounts read their store again.
void Ledger::resolve() {
   if (generation_ != accounts_->generation())
      numbers_.clear();
   generation_ = accounts_->generation();
   while (numbers_.size() < workers_.size()) {
      const LedgerWorker &worker = workers_[numbers_.size()];
      numbers_.push_back(accounts_->worker(worker.wallet, worker.name, worker.algorithm));
   }
}

void Ledger::book() {
   if (shares_.empty())
      return;
   std::uint64_t receipt = 0;
   {
      const std::lock_guard lock(mutex_);
      const accounts::Sequence now = accounts_->sequence();
      const bool done = attempt_ && now > attempt_->before;
      if (!done) {
         resolve();
         std::vector<accounts::ShareEntry> entries;
         for (LedgerShare &share : shares_) {
            share.entry.worker = numbers_[share.worker];
            entries.push_back(share.entry);
         }
         attempt_ = {now, accounts_->next_block()};
         accounts_->book(entries);
      }
      std::uint64_t block = attempt_->first_block;
      for (const LedgerShare &share : shares_) {
         receipt = std::max(receipt, share.receipt);
         if (share.entry.block)
            candidates_.emplace(share.receipt, block++);
      }
   }
   attempt_.reset();
   shares_.clear();
   if (receipt != 0)
      hooks_.booked(receipt);
}

std::string Ledger::wrong_address() const {
   const auto wrong = [&](std::string_view name, const std::string &address) {
      const std::string why = coin_.check(address);
      return why.empty() ? why
                         : concat(name, ": the coin '", settings_.coin, "' does not take \"", address, "\": ", why);
   };
   std::string out;
   if (!settings_.rules.fee_address.empty())
      out = wrong("reward.fee_address", settings_.rules.fee_address);
   for (const auto &[address, amount] : settings_.thresholds)
      if (out.empty())
         out = wrong("payout.thresholds", address);
   return out;
}

/// With mutex_. A coin of another process may come late, and change.
void Ledger::get_to_know_coin() {
   auto facts = coin_.describe();
   if (!facts)
      return;
   not_its_own_ = wrong_address();
   if (!not_its_own_.empty())
      return;
   std::map<std::string, accounts::Amount> thresholds;
   for (const auto &[wallet, amount] : settings_.thresholds)
      thresholds.emplace(wallet, amount_of(amount, facts->decimals));
   accounts_->use_coin(std::move(*facts), amount_of(settings_.threshold, facts->decimals), std::move(thresholds));
   described_ = true;
}

void Ledger::tick() {
   std::vector<accounts::CoinCall> calls;
   {
      const std::lock_guard lock(mutex_);
      const std::uint64_t now_s = clock_.wall_s();
      accounts_->tick(now_s);
      if (settings_.coin.empty())
         return;
      if (!described_)
         get_to_know_coin();
      calls = accounts_->calls(now_s);
      accounts_->pay_out(now_s, [&](const std::string &address) { return coin_.check(address); });
   }
   std::string why = described_             ? ""
                     : not_its_own_.empty() ? "the coin '" + settings_.coin + "' is not running"
                                            : not_its_own_;
   for (const accounts::CoinCall &call : calls)
      if (std::string refused = coin_.ask(call); !refused.empty())
         why = std::move(refused);
   if (why.empty())
      recovered(k_coin);
   else
      trouble(k_coin, why);
}

/// Of blocks and batches that changed, outside the lock.
void Ledger::tell() {
   std::vector<accounts::BlockView> blocks;
   std::vector<accounts::BatchView> batches;
   {
      const std::lock_guard lock(mutex_);
      const Accounts::Changes changes = accounts_->take_changes();
      for (const std::uint64_t number : changes.blocks)
         for (accounts::BlockView &block : accounts_->blocks(number + 1, 1))
            if (block.number == number)
               blocks.push_back(std::move(block));
      for (const std::uint64_t number : changes.batches)
         for (accounts::BatchView &batch : accounts_->batches(number + 1, 1))
            batches.push_back(std::move(batch));
   }
   for (const accounts::BlockView &block : blocks)
      if (hooks_.block)
         hooks_.block(block);
   for (const accounts::BatchView &batch : batches) {
      log_.info("payments ", batch.key, " (", batch.payments, " of ", name_of(batch.fund), "): ", name_of(batch.state),
                batch.text.empty() ? "" : ": ", batch.text);
      if (hooks_.payout)
         hooks_.payout(batch);
   }
}

void Ledger::trouble(std::string_view component, const std::string &why) {
   if (component == k_ledger)
      health_.not_ready(component, why);
   else
      health_.degraded(component, why);
   const std::uint64_t now = clock_.monotonic_ns();
   const std::lock_guard lock(mutex_);
   std::string &known = troubles_[std::string(component)];
   if (known != why || now - warned_ns_ >= k_warn_ns) {
      warned_ns_ = now;
      log_.warn(component == k_ledger ? "shares cannot be booked, miners wait for their answers: " : "", why);
   }
   known = why;
}

void Ledger::recovered(std::string_view component) {
   bool better = false;
   {
      const std::lock_guard lock(mutex_);
      better = troubles_.erase(std::string(component)) > 0;
   }
   if (better)
      health_.ok(component);
}

accounts::Audit Ledger::audit() const {
   const std::lock_guard lock(mutex_);
   return accounts_->audit();
}

accounts::TotalsView Ledger::totals() const {
   const std::lock_guard lock(mutex_);
   accounts::TotalsView out = accounts_->totals();
   for (const auto &[component, why] : troubles_)
      out.trouble = why;
   return out;
}

accounts::TotalsView Ledger::totals_lately() const {
   const std::lock_guard lock(lately_mutex_);
   return lately_;
}

std::optional<accounts::MinerView> Ledger::miner(std::string_view wallet) const {
   const std::lock_guard lock(mutex_);
   return accounts_->miner(wallet);
}

std::vector<accounts::BlockView> Ledger::blocks(std::uint64_t before, std::size_t most) const {
   const std::lock_guard lock(mutex_);
   return accounts_->blocks(before, most);
}

std::vector<accounts::BatchView> Ledger::batches(std::uint64_t before, std::size_t most) const {
   const std::lock_guard lock(mutex_);
   return accounts_->batches(before, most);
}

std::vector<accounts::PaymentView> Ledger::payments(std::string_view wallet, std::uint64_t before,
                                                    std::size_t most) const {
   const std::lock_guard lock(mutex_);
   return accounts_->payments(wallet, before, most);
}

std::vector<accounts::LeaderView> Ledger::leaderboard(std::size_t most) const {
   const std::lock_guard lock(mutex_);
   return accounts_->leaderboard(most);
}

std::vector<accounts::SuspectView> Ledger::suspects(std::size_t most) const {
   const std::lock_guard lock(mutex_);
   return accounts_->suspects(most);
}

} // namespace nebula::pool
