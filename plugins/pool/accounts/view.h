#pragma once

/// What operators and miners may see of the accounts: plain values, each the state of one moment. `View` is
/// thread-safe; its functions take microseconds, those that name it milliseconds.

#include "amount.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::pool::accounts {

enum class Scheme : std::uint8_t { pplns, prop, solo };
[[nodiscard]] const char *name_of(Scheme scheme); ///< "pplns"

enum class BlockState : std::uint8_t {
   candidate, ///< a share that meets the network's target; the source has not said yet what became of it
   found,     ///< the source took it; the coin has not confirmed it yet
   pending,   ///< in the chain: its split is visible as immature
   mature,    ///< credited to balances
   orphaned,  ///< another block has its place; that can still change
   lost       ///< orphaned for good
};
[[nodiscard]] const char *name_of(BlockState state); ///< "pending"

enum class BatchState : std::uint8_t {
   created, ///< durable, perhaps handed to the coin
   sent,    ///< the coin has it: it will be paid, or fail
   paid,
   failed ///< nothing of it left the fund: its amounts are back in the balances
};
[[nodiscard]] const char *name_of(BatchState state);

enum class Fund : std::uint8_t { main = 0, bonus = 1 };
[[nodiscard]] const char *name_of(Fund fund); ///< "main", "bonus"

struct ShareTotals {
   std::uint64_t accepted = 0, stale = 0, duplicate = 0, low = 0, invalid = 0;
   [[nodiscard]] std::uint64_t rejected() const { return stale + duplicate + low + invalid; }
};

struct LevelView {
   std::string name;
   std::uint64_t xp = 0;                   ///< from here on
   std::uint32_t multiplier_percent = 100; ///< 125: 1.25
};

/// Per algorithm.
struct RoundView {
   std::string algorithm;
   std::uint64_t work = 0;               ///< since the last block, in hashes
   std::uint64_t network_difficulty = 0; ///< of the newest share's job
   std::uint64_t window_work = 0;        ///< what a block found now is split over
   std::uint64_t blocks = 0;             ///< found ever
   std::uint64_t expected_ppm = 0;       ///< blocks that the work done so far is worth, in millionths
   /// Work of this round against the network's difficulty, in percent.
   [[nodiscard]] std::uint64_t effort_percent() const {
      return network_difficulty == 0 ? 0 : static_cast<std::uint64_t>(u128{work} * 100 / network_difficulty);
   }
};

struct TotalsView {
   std::string coin, symbol; ///< empty without a coin
   std::uint32_t decimals = 0;
   Scheme scheme = Scheme::pplns;
   std::uint32_t window = 2;  ///< PPLNS: times the network's difficulty
   std::uint32_t fee_ppm = 0; ///< 10,000: 1 %
   Amount threshold = 0;
   std::uint64_t miners = 0; ///< wallets that ever had an accepted share
   ShareTotals shares;
   std::uint64_t blocks_found = 0, blocks_pending = 0, blocks_mature = 0, blocks_orphaned = 0;
   Money immature; ///< of pending blocks
   Money balance;  ///< owed and payable, the pool's own included
   Money paying;   ///< in batches under way
   Money paid, credited;
   Money network_fees; ///< that payments cost the funds
   Money spendable;    ///< in the funds, as the coin last said
   Money unfunded;     ///< of what was due at the last payout, what the funds did not have
   std::vector<RoundView> rounds;
   std::string trouble; ///< why shares are not booked or nothing is paid at this moment; empty: all is well
};

struct ShareView {
   std::uint64_t time_s = 0;
   bool accepted = false;
   std::uint64_t difficulty = 0;
   std::string algorithm;
};

/// A worker of a wallet at one algorithm.
struct WorkerView {
   std::string name, algorithm; ///< the name may be empty
   ShareTotals shares;
   std::uint64_t work = 0; ///< accepted, in hashes
   std::uint64_t last_share_s = 0;
   std::uint64_t blocks = 0;       ///< candidates found
   std::uint64_t expected_ppm = 0; ///< candidates that its work is worth, in millionths
   /// How likely an honest worker found as few candidates by now; small numbers need an explanation.
   double withholding_probability = 1;
};

struct MinerView {
   std::string wallet;
   std::string algorithm; ///< of its last share
   ShareTotals shares;
   std::uint64_t work = 0;
   std::uint64_t first_share_s = 0, last_share_s = 0, last_difficulty = 0;
   std::uint64_t blocks = 0;
   Money immature, balance, paying, paid, credited;
   std::uint64_t xp = 0;
   std::uint32_t level = 0; ///< index into `View::levels`
   std::vector<std::string> achievements;
   Amount threshold = 0;
   std::string unpayable; ///< why nothing can be paid to it; empty: it can
   std::vector<WorkerView> workers;
   std::vector<ShareView> history; ///< the last ones, newest first; since this start of the node
};

struct BlockView {
   std::uint64_t number = 0; ///< of the pool's, from 1; grows with time
   BlockState state = BlockState::candidate;
   std::string id, algorithm, wallet, worker; ///< id is empty until it is known
   std::uint64_t height = 0, time_s = 0, confirmations = 0, network_difficulty = 0;
   Amount reward = 0, bonus = 0; ///< as the coin says; 0: not known yet
   Amount bonus_paid = 0;        ///< of the bonus, what levels took; the rest stays in the fund
   std::uint64_t effort_percent = 0;
   std::uint32_t wallets = 0; ///< it is split over
};

struct PaymentView {
   std::uint64_t batch = 0; ///< grows with time
   std::string wallet;
   Fund fund = Fund::main;
   Amount amount = 0;
   BatchState state = BatchState::created;
   std::uint64_t time_s = 0; ///< of the batch's creation
   std::string transactions; ///< ids with commas between
};

struct BatchView {
   std::uint64_t batch = 0;
   std::string key; ///< at the coin
   Fund fund = Fund::main;
   BatchState state = BatchState::created;
   std::uint64_t created_s = 0, changed_s = 0;
   std::uint32_t payments = 0;
   Amount amount = 0, fee = 0;
   std::uint64_t confirmations = 0;
   std::string transactions, text;
};

/// What the books come to. `faults` is empty when they balance.
struct Audit {
   Money credited, balance, paying, paid, network_fees;
   std::uint64_t blocks = 0, batches = 0;
   std::vector<std::string> faults; ///< the first ten
};

/// What a payout at this moment would be for.
struct Due {
   std::uint64_t wallets = 0;   ///< that have their threshold and can be paid to
   std::uint64_t unpayable = 0; ///< that have it, and the coin refuses their address
   Money amount;                ///< of `wallets`
   Amount largest = 0;          ///< balance of a wallet in one fund
};

struct LeaderView {
   std::string wallet;
   std::uint64_t xp = 0;
   std::uint32_t level = 0;
   std::uint64_t shares = 0, blocks = 0;
};

struct SuspectView {
   std::string wallet, worker, algorithm;
   std::uint64_t blocks = 0, expected_ppm = 0;
   double probability = 1;
};

class View {
public:
   virtual ~View() = default;

   [[nodiscard]] virtual TotalsView totals() const = 0;
   [[nodiscard]] virtual const std::vector<LevelView> &levels() const = 0;
   /// Nothing: no such wallet ever had a share.
   [[nodiscard]] virtual std::optional<MinerView> miner(std::string_view wallet) const = 0;
   /// Newest first, at most `most`, those with numbers below `before` (0: from the newest).
   [[nodiscard]] virtual std::vector<BlockView> blocks(std::uint64_t before, std::size_t most) const = 0;
   [[nodiscard]] virtual std::vector<BatchView> batches(std::uint64_t before, std::size_t most) const = 0;
   /// Of one wallet, or of all with an empty one, from batches below `before`. Milliseconds.
   [[nodiscard]] virtual std::vector<PaymentView> payments(std::string_view wallet, std::uint64_t before,
                                                           std::size_t most) const = 0;
   /// By experience, the most first. Milliseconds with many wallets.
   [[nodiscard]] virtual std::vector<LeaderView> leaderboard(std::size_t most) const = 0;
   /// Workers that found fewer candidates than their work is worth, the least likely first. Milliseconds.
   [[nodiscard]] virtual std::vector<SuspectView> suspects(std::size_t most) const = 0;
};

} // namespace nebula::pool::accounts
