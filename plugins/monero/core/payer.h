#pragma once

/// Pays batches through a wallet, one transaction at a time, each exactly once. No sockets and no clock: the caller
/// gives `now`.
///
///    build (signed by the wallet, not sent) -> durable in the store -> relay -> seen in a block -> deep enough
///
/// Relaying the same metadata again is harmless, so whatever is durable is relayed until the daemon knows it. A
/// transaction is given up, and its payments are built anew, only when the chain has spent what it spends in another
/// transaction for k_conflict_blocks: it can never be mined.
///
/// At most one question is under way: due() hands it out, on_answer() answers it.

#include "core/payout_batch.h"
#include "core/rpc_answers.h"

#include <list>
#include <map>
#include <set>

namespace nebula::monero {

using TimeMs = std::int64_t;

inline constexpr std::uint64_t k_maturity = 60; // blocks on a coinbase until it can be spent
inline constexpr std::uint64_t k_conflict_blocks = 10;
inline constexpr std::size_t k_open_batches_max = 256;
inline constexpr std::size_t k_batch_payments_max = 4'096;
inline constexpr std::size_t k_looked_up_at_once = 50;

struct PayerTimes {
   TimeMs poll = 5'000;   // between two looks at the chain's height
   TimeMs retry = 5'000;  // after a failure of daemon or wallet
   TimeMs money = 30'000; // while the wallet's money is locked
};

struct BatchView {
   BatchState state = BatchState::open;
   std::uint64_t fee = 0;
   std::uint64_t confirmations = 0; // of the transaction with the fewest
   std::vector<Hash> transactions;
   std::string text;
};

struct PayerQuestion {
   enum class Whom { daemon, wallet };
   Whom whom = Whom::daemon;
   RpcRequest request;
};

class Payer {
public:
   /// `wallet`: the address that rewards go to; no other wallet is paid from. `store` must outlive the payer.
   Payer(PayoutStore &store, std::string wallet, PayerTimes times = {});

   /// Reads what is open; throws what the store throws.
   void load(TimeMs now);

   /// Takes a batch, durably. Fault::refused: the key stands for other payments; Fault::busy: too many are open.
   /// `impossible`: why it fails at once.
   [[nodiscard]] Result<BatchView> order(TimeMs now, std::string_view key, std::vector<Payment> payments,
                                         const std::string &impossible);
   /// Nothing: never heard of.
   [[nodiscard]] std::optional<BatchView> view(std::string_view key) const;
   /// What the wallet's balance does not tell yet: payments that no relayed transaction makes.
   [[nodiscard]] std::uint64_t owed() const;
   [[nodiscard]] std::vector<std::pair<std::string, BatchView>> list() const;

   [[nodiscard]] std::optional<PayerQuestion> due(TimeMs now);
   /// Nothing while a question is under way or nothing is open.
   [[nodiscard]] std::optional<TimeMs> due_at() const;
   void on_answer(TimeMs now, const Result<std::string> &body);

   /// What keeps the payments from going on, for people; empty: nothing.
   [[nodiscard]] const std::string &trouble() const { return trouble_; }

private:
   enum class Ask { nothing, address, height, look, relay, conflict, balance, transfer };

   /// What is known of a piece besides what is stored.
   struct Sighting {
      bool relayed = false;                        // the wallet took it, or the daemon has it
      std::optional<std::uint64_t> block;          // its height
      std::uint64_t looked_at = 0;                 // the chain's height then
      std::optional<std::uint64_t> refused_at;     // the wallet would not relay it, at this height
      std::uint64_t conflict_looked_at = 0;        // the chain's height then
      std::optional<std::uint64_t> conflict_since; // something spent its inputs, first seen at this height
      bool doomed = false;                         // for so long that only a last look is missing
   };
   struct Batch : PayoutBatch {
      std::string waits;
   };

   [[nodiscard]] Ask next_ask(TimeMs now);
   [[nodiscard]] Ask ask_about_unsent();
   [[nodiscard]] PayerQuestion question(Ask ask);
   [[nodiscard]] Batch *building();
   [[nodiscard]] Batch *batch_of(const Hash &piece);
   [[nodiscard]] std::span<const Payment> next_part(const Batch &batch) const;
   [[nodiscard]] static std::vector<bool> covered(const PayoutBatch &batch);
   [[nodiscard]] BatchView view_of(const PayoutBatch &batch, const std::string &waits) const;

   void on_address(TimeMs now, const Result<std::string> &body);
   void on_height(TimeMs now, const Result<std::string> &body);
   void on_look(TimeMs now, const Result<std::string> &body);
   void on_relay(TimeMs now, const Result<std::string> &body);
   void on_conflict(TimeMs now, const Result<std::string> &body);
   void on_balance(TimeMs now, const Result<std::string> &body);
   void on_transfer(TimeMs now, const Result<std::string> &body);
   void on_refusal(TimeMs now, Batch &batch, const Error &error);
   void wallet_failed(TimeMs now, const Error &error);
   void give_up(const Hash &piece);
   void fail(Batch &batch, std::string why);
   void close_what_is_deep();
   void pause(TimeMs now, TimeMs time, std::string why);
   void reload(TimeMs now, const char *why);

   PayoutStore &store_;
   std::string wallet_;
   PayerTimes times_;
   std::list<Batch> open_; // as the store has them
   std::map<Hash, Sighting> sightings_;
   bool loaded_ = false;
   bool wallet_known_ = false;
   Ask under_way_ = Ask::nothing;
   std::vector<Hash> asked_; // the pieces the question is about
   std::size_t part_max_ = k_receivers_max;
   std::size_t part_size_ = 0; // payments of the transaction that was asked for
   bool balance_good_ = false; // ask for the transaction next
   TimeMs next_at_ = 0;
   TimeMs height_at_ = 0;
   std::uint64_t height_ = 0; // blocks of the chain; 0: not known yet
   std::string trouble_;
};

} // namespace nebula::monero
