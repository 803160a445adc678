#pragma once

/// What the store keeps, as values, and as bytes. `decode` throws NEB_E_CORRUPT for bytes that no `encode` wrote, and
/// never builds more than the bytes it was given could hold.

#include "codec.h"
#include "view.h"

#include <utility>

namespace nebula::pool::accounts {

/// Totals are rows that are written now and then; what happened since is in the journal. `applied` is the journal's
/// sequence number up to which a row has it, so that replaying the journal changes each row exactly once.
using Sequence = std::uint64_t;

struct Algorithm {
   std::string name;
   std::uint64_t work = 0; ///< since the last block
   std::uint64_t network_difficulty = 0;
   std::uint64_t blocks = 0, expected_ppt = 0; ///< expected: in millionths of millionths
   Sequence applied = 0;
   friend bool operator==(const Algorithm &, const Algorithm &) = default;
};

struct Wallet {
   std::string name;
   ShareTotals shares;
   std::uint64_t work = 0, first_s = 0, last_s = 0, last_difficulty = 0;
   std::uint8_t last_algorithm = 0;
   std::uint64_t blocks = 0, milli_xp = 0;
   std::uint32_t achievements = 0;
   /// credited = balance + paying + paid, of each fund.
   Money credited, balance, paying, paid;
   Money folded;                                              ///< of `credited`, what blocks gave whose splits are gone
   std::vector<std::pair<std::uint8_t, std::uint64_t>> round; ///< PROP: algorithm, work since its last block
   Sequence applied = 0;
};

struct Worker {
   std::uint32_t wallet = 0;
   std::uint8_t algorithm = 0;
   std::string name;
   ShareTotals shares;
   std::uint64_t work = 0, last_s = 0;
   std::uint64_t blocks = 0, expected_ppt = 0;
   Sequence applied = 0;
};

/// Accepted work of a stretch of time, per wallet in order of their numbers.
struct Slice {
   Sequence first = 0, last = 0; ///< of the journal
   std::vector<std::pair<std::uint32_t, std::uint64_t>> work;
   [[nodiscard]] u128 total() const {
      u128 sum = 0;
      for (const auto &[wallet, amount] : work)
         sum += amount;
      return sum;
   }
};

struct Block {
   std::uint64_t number = 0; ///< the key
   BlockState state = BlockState::candidate;
   std::string id;
   std::uint8_t algorithm = 0;
   std::uint32_t worker = 0;
   std::uint64_t height = 0, time_s = 0, network_difficulty = 0;
   std::uint64_t round_work = 0; ///< from the block before it
   Amount reward = 0, bonus = 0, bonus_paid = 0;
   std::uint32_t wallets = 0;
   bool folded = false; ///< its split is gone, or about to go
};

/// Over whom a block is divided. Weights are fixed when it was found; money is once the coin has said how much.
struct Split {
   struct Part {
      std::uint32_t wallet = 0;
      std::uint64_t weight = 0;
      std::uint32_t percent = 100; ///< its level's multiplier
      Money money;
   };
   std::vector<Part> parts;
};

struct Batch {
   std::uint64_t number = 0; ///< the key
   BatchState state = BatchState::created;
   Fund fund = Fund::main;
   std::uint64_t created_s = 0, changed_s = 0;
   std::uint32_t payments = 0;
   Amount amount = 0, fee = 0;
   std::string transactions, text;
};

/// Of one batch.
struct Payments {
   std::vector<std::pair<std::uint32_t, Amount>> to; ///< wallet, amount
};

/// What happened, as the journal has it. Whatever it needs that is not here is in rows of the same transaction.
struct Event {
   enum class Kind : std::uint8_t {
      shares = 1,
      found,    ///< a candidate became a block
      credited, ///< a block's split went to balances
      lost,     ///< a found block is none for good
      folded,   ///< a block's split will be dropped
      batch,    ///< balances went into a batch
      paid,     ///< a batch was paid
      failed    ///< a batch was not: back to the balances
   };
   struct OfWorker {
      std::uint32_t worker = 0;
      ShareTotals shares;
      std::uint64_t work = 0, expected_ppt = 0, milli_xp = 0;
      std::uint64_t time_s = 0, difficulty = 0, network_difficulty = 0; ///< of its last accepted share
      bool block = false;                                               ///< its last accepted share is a candidate
   };
   Kind kind = Kind::shares;
   std::uint64_t subject = 0; ///< number of the block or batch
   std::vector<OfWorker> workers;
};

[[nodiscard]] Bytes encode(const Algorithm &row);
[[nodiscard]] Bytes encode(const Wallet &row);
[[nodiscard]] Bytes encode(const Worker &row);
[[nodiscard]] Bytes encode(const Slice &row);
[[nodiscard]] Bytes encode(const Block &row);
[[nodiscard]] Bytes encode(const Split &row);
[[nodiscard]] Bytes encode(const Batch &row);
[[nodiscard]] Bytes encode(const Payments &row);
[[nodiscard]] Bytes encode(const Event &row);

template <class Row>
[[nodiscard]] Row decode(ByteView bytes);
extern template Algorithm decode<Algorithm>(ByteView);
extern template Wallet decode<Wallet>(ByteView);
extern template Worker decode<Worker>(ByteView);
extern template Slice decode<Slice>(ByteView);
extern template Block decode<Block>(ByteView);
extern template Split decode<Split>(ByteView);
extern template Batch decode<Batch>(ByteView);
extern template Payments decode<Payments>(ByteView);
extern template Event decode<Event>(ByteView);

} // namespace nebula::pool::accounts
