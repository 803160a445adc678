#pragma once

/// The pool's accounts: who worked how much, what each block gives to whom, what is owed and what was paid. A state
/// machine on a store, without I/O of its own: shares, answers of the coin and ticks come in with an explicit time,
/// questions to the coin come out of `calls`. One thread at a time.
///
/// Every change is one transaction: an event in the journal, and the rows of blocks and batches that it concerns.
/// Totals of wallets and workers follow from the journal and are written now and then (docs/design/pool-ledger.md). A
/// function that throws changed nothing that is known to be durable: the next call reads everything anew from the
/// store, and the same call again does what is left to do.

#include "rules.h"
#include "store.h"
#include "window.h"

#include <deque>
#include <span>
#include <unordered_map>
#include <utility>

namespace nebula::pool::accounts {

enum class Outcome : std::uint8_t { accepted, stale, duplicate, low, invalid };

struct ShareEntry {
   std::uint32_t worker = 0; ///< as `Accounts::worker` named it in this generation
   Outcome outcome = Outcome::accepted;
   bool block = false; ///< it meets the network's target: a candidate
   std::uint64_t difficulty = 0, network_difficulty = 1, height = 0, time_s = 0;
};

/// A question to the coin.
struct CoinCall {
   enum class Kind : std::uint8_t { block, pay, batch, balance };
   Kind kind = Kind::block;
   std::uint64_t number = 0; ///< of the block or batch
   std::string text;         ///< block: its id, empty when only its height is known; pay and batch: the key
   std::uint64_t height = 0;
   Fund fund = Fund::main;
   std::vector<std::pair<std::string, Amount>> payments;
};

struct BlockSaid {
   enum class State : std::uint8_t { unknown, pending, mature, orphaned };
   State state = State::unknown;
   std::uint64_t confirmations = 0;
   Amount reward = 0, bonus = 0;
};

struct BatchSaid {
   enum class State : std::uint8_t { unknown, pending, paid, failed };
   State state = State::unknown;
   Amount fee = 0;
   std::uint64_t confirmations = 0;
   std::string transactions, text;
};

class Accounts {
public:
   Accounts(Rules rules, Store &store);

   /// Reads the store. `identity` is kept at the first time: what makes this pool's payment keys unlike any other's.
   void open(std::string_view identity);
   /// Changes when everything was read anew: numbers of workers given before are void.
   [[nodiscard]] std::uint64_t generation() const { return generation_; }
   /// Of the newest event. When `book` threw, it tells afterwards whether the shares are booked.
   [[nodiscard]] Sequence sequence();
   [[nodiscard]] std::uint64_t next_block() const { return next_block_; }

   [[nodiscard]] std::uint32_t worker(std::string_view wallet, std::string_view name, std::string_view algorithm);
   /// All of them or none. Candidates among them become blocks, numbered from `next_block` on in their order.
   void book(std::span<const ShareEntry> shares);

   /// The source took a candidate.
   void found(std::uint64_t number, std::string_view id, std::uint64_t height);
   /// It is no block after all.
   void refused(std::uint64_t number);

   void use_coin(CoinFacts facts, Amount threshold, std::map<std::string, Amount> thresholds) {
      coin_ = std::move(facts);
      rules_.threshold = threshold;
      rules_.thresholds = std::move(thresholds);
   }
   /// The newest height that the source knows of.
   void tip(std::uint64_t height) { tip_ = std::max(tip_, height); }
   /// What to ask now. Each is asked again after a while, whether it was answered or not.
   [[nodiscard]] std::vector<CoinCall> calls(std::uint64_t now_s);
   void said(std::uint64_t block, const BlockSaid &answer, std::uint64_t now_s);
   void batch_said(std::uint64_t batch, const BatchSaid &answer, std::uint64_t now_s);
   void balance_said(Fund fund, Amount spendable);

   /// Why nothing can be paid to an address; empty: it can.
   using AddressCheck = std::function<std::string(const std::string &address)>;
   /// Puts what is due into batches, when it is time.
   void pay_out(std::uint64_t now_s, const AddressCheck &check);
   /// Payouts are due at once.
   void hurry() { next_payout_s_[0] = next_payout_s_[1] = 0; }
   /// What a payout now would be for.
   [[nodiscard]] Due due() const;

   /// Blocks and batches that have another state than when this was last asked.
   struct Changes {
      std::vector<std::uint64_t> blocks, batches;
   };
   [[nodiscard]] Changes take_changes() { return std::exchange(changes_, {}); }

   /// Writes totals, shortens the journal. About once a second; does nothing when there is nothing to do.
   void tick(std::uint64_t now_s);
   /// Brings into the store what is in the log.
   void flush();

   /// Reads everything: seconds with millions of payments.
   [[nodiscard]] Audit audit() const;

   // What `View` shows.
   [[nodiscard]] TotalsView totals() const;
   [[nodiscard]] const Rules &rules() const { return rules_; }
   [[nodiscard]] std::optional<MinerView> miner(std::string_view wallet) const;
   [[nodiscard]] std::vector<BlockView> blocks(std::uint64_t before, std::size_t most) const;
   [[nodiscard]] std::vector<BatchView> batches(std::uint64_t before, std::size_t most) const;
   [[nodiscard]] std::vector<PaymentView> payments(std::string_view wallet, std::uint64_t before,
                                                   std::size_t most) const;
   [[nodiscard]] std::vector<LeaderView> leaderboard(std::size_t most) const;
   [[nodiscard]] std::vector<SuspectView> suspects(std::size_t most) const;

   /// Shares of one wallet that are remembered for people.
   static constexpr std::size_t k_history = 100;
   /// Settled blocks and batches kept in memory; older ones are in the store.
   static constexpr std::size_t k_recent = 1'000;

private:
   class Update;
   [[nodiscard]] Amount threshold_of(const Wallet &wallet) const;
   struct Recent {
      std::uint64_t time_s = 0, difficulty = 0;
      std::uint8_t algorithm = 0;
      bool accepted = false;
   };
   struct AlgorithmState {
      Algorithm row;
      Window window;
      bool dirty = false;
   };
   struct WalletState {
      Wallet row;
      Money immature;
      std::vector<std::uint32_t> workers;
      std::vector<Recent> history; // a ring once it is full
      std::size_t history_next = 0;
      std::string unpayable;
      bool dirty = false;
   };
   struct WorkerState {
      Worker row;
      bool dirty = false;
      std::uint32_t place = 0; // in the event that is being made, from 1
   };
   struct OpenBlock {
      Split split;
      std::uint64_t confirmations = 0, next_ask_s = 0;
   };
   struct OpenBatch {
      Payments payments;
      std::uint64_t confirmations = 0, next_ask_s = 0;
   };
   struct Row {
      Table table;
      std::uint64_t number;
   };

   // accounts.cpp
   void reopen_if_broken();
   [[nodiscard]] std::uint8_t algorithm(std::string_view name);
   [[nodiscard]] std::uint32_t wallet(std::string_view name);
   void remember(const ShareEntry &entry);
   [[nodiscard]] Event event_of(std::span<const ShareEntry> shares);
   /// Durable without a transaction. False: it takes one.
   [[nodiscard]] bool book_in_log(std::span<const ShareEntry> shares);
   void book_in_store(std::span<const ShareEntry> shares);
   void add_candidate(Update &update, const ShareEntry &share);

   // apply.cpp: what events change. Only here do totals change.
   void apply(const Event &event, Sequence at, const Transaction &store);
   void apply_logged(const Event &event, Sequence at);
   void apply_shares(const Event &event, Sequence at);
   void touch_all(Sequence at);
   void apply_block(const Event &event, Sequence at, const Transaction &store);
   void apply_batch(const Event &event, Sequence at, const Transaction &store);
   void achieve(Wallet &wallet);
   void touch(std::uint32_t wallet, Sequence at);

   // load.cpp
   void clear();
   void load();
   void load_store();
   void load_log();

   // blocks.cpp
   [[nodiscard]] Weights weights_of(const ShareEntry &share) const;
   void set_money(Split &split, Block &block, std::uint32_t fee_wallet) const;
   void show_immature(const Split &split, bool add);
   void settle(Update &update, Block &block, BlockState state);
   enum class Place : std::uint8_t { free, undecided, taken };
   [[nodiscard]] Place place_of(const Block &candidate, std::uint64_t now_s) const;
   [[nodiscard]] Block *nameless_at(std::uint64_t height);

   // checkpoint.cpp
   void begin_checkpoint();
   void write_some(Transaction &transaction);
   [[nodiscard]] Bytes row_bytes(const Row &row) const;
   [[nodiscard]] bool checkpoint_running() const { return cut_ != 0; }
   void fold_some(Update &update);

   Rules rules_;
   Store &store_;
   std::optional<CoinFacts> coin_;
   std::uint64_t tip_ = 0;
   std::string identity_, wanted_identity_;
   std::uint64_t generation_ = 0;
   bool broken_ = true;

   std::deque<AlgorithmState> algorithms_;
   std::deque<WalletState> wallets_; // 0 is the pool itself
   std::deque<WorkerState> workers_;
   std::unordered_map<std::string, std::uint32_t> wallet_numbers_;
   std::map<std::pair<std::uint64_t, std::string>, std::uint32_t> worker_numbers_; // wallet and algorithm, name
   std::vector<Row> fresh_;                         // rows with names that are not in the store yet
   std::vector<std::pair<Sequence, Bytes>> logged_; // events that are in the log and not in the store yet

   std::map<std::uint64_t, Block> blocks_; // open ones and recent ones
   std::map<std::uint64_t, OpenBlock> open_blocks_;
   std::map<std::uint64_t, Batch> batches_;
   std::map<std::uint64_t, OpenBatch> open_batches_;
   std::uint64_t next_block_ = 1, next_batch_ = 1;
   std::uint64_t block_counts_[6] = {};
   std::deque<std::uint64_t> unfolded_; // mature blocks with splits, oldest first
   struct Droppable {
      std::uint64_t block;
      Sequence after;
   };
   std::deque<Droppable> droppable_splits_;
   Changes changes_;
   Money network_fees_;
   Amount spendable_[2] = {}, unfunded_[2] = {};
   bool spendable_known_[2] = {};
   std::uint64_t next_balance_s_[2] = {};
   std::uint64_t next_payout_s_[2] = {};
   std::uint32_t failures_[2] = {};

   Sequence last_ = 0, journal_first_ = 1; // journal_first_: the oldest row that is left
   Sequence cut_ = 0;                      // of the checkpoint under way
   std::uint64_t checkpoint_s_ = 0;
   std::vector<Row> dirty_, writing_;
   std::vector<std::pair<std::uint8_t, Slice>> closed_slices_; // not in the store yet
   std::vector<std::uint32_t> touched_;                        // scratch
};

} // namespace nebula::pool::accounts
