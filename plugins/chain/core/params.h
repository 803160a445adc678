#pragma once

/// What nodes of one network must agree on. Everything here enters `parameters_hash`, so that a node never opens the
/// data of a network with other rules.

#include "types.h"

#include <span>
#include <vector>

namespace nebula::chain {

/// How the commitment of a header becomes an algorithm's input (mold.h). The number stands in every proof.
enum class MoldId : std::uint8_t {
   appended = 1,
   monero_blob = 2,
   offset = 3,
   bitcoin_coinbase = 4,
   autolykos_message = 5
};

/// How a digest reads as a number (the meaning of NEB_POW_ORDER_*).
enum class DigestOrder : std::uint8_t { big = 0, little = 1, words32 = 2 };

/// What an algorithm's epoch depends on.
enum class EpochKind : std::uint8_t { none = 0, key = 1, height = 2 };

enum class AlgorithmStatus : std::uint8_t { core = 0, supported = 1, deprecated = 2, removed = 3 };
[[nodiscard]] std::string_view to_text(AlgorithmStatus status);

/// From `from_height` on the algorithm has this status.
struct ScheduleStep {
   std::uint64_t from_height = 0;
   AlgorithmStatus status = AlgorithmStatus::core;
};

struct AlgorithmParams {
   std::uint16_t id = 0; // in headers; 1 to 127 are ours, 128 and up are those a dev network admits, in their order
   std::string name;
   MoldId mold = MoldId::appended;
   DigestOrder order = DigestOrder::big;
   EpochKind epoch = EpochKind::none;
   std::uint8_t nonce_bytes = 4;
   bool nonce_big = false;         // most significant byte first, in the input
   std::uint32_t nonce_offset = 0; // for mold `offset`
   std::uint64_t start_difficulty = 1;
   /// Hashes of cosmic-harmony that cost a processor as much as one hash of this algorithm: makes work of different
   /// algorithms comparable, so that the cheapest hash cannot outweigh the others in fork choice.
   std::uint64_t work_weight = 1;
   std::uint32_t share = 1; // of the blocks, relative to the other algorithms
   std::vector<ScheduleStep> schedule;

   [[nodiscard]] AlgorithmStatus status_at(std::uint64_t height) const;
};

/// Who receives the parts of the block reward (reward.h).
struct Recipients {
   Address humanitarian{};
   Address dev{};
   Address genesis{};
   Address admin{};
   Address bonus_fund{}; // receives what a block releases from the bonus fund
};

struct NetworkParams {
   std::string name;
   std::uint32_t chain_id = 0;
   std::uint64_t genesis_time = 0;
   Amount premine = 0;
   Address premine_to{};
   Amount base_reward = 0;
   Amount bonus_fund = 0;      // all that may ever be released
   Amount bonus_per_block = 0; // and per block
   std::uint64_t block_time_s = 0;
   unsigned max_reorg_depth = 0; // below k_seed_lag: an epoch key never changes in a reorganisation
   std::size_t max_block_bytes = 0;
   Recipients recipients;
   std::vector<AlgorithmParams> algorithms;

   [[nodiscard]] const AlgorithmParams *algorithm(std::uint16_t id) const;
   [[nodiscard]] const AlgorithmParams *algorithm(std::string_view algorithm_name) const;
   /// Mean seconds between two blocks of this algorithm when every one takes its share.
   [[nodiscard]] std::uint64_t spacing_s(const AlgorithmParams &algorithm) const;
};

inline constexpr std::size_t k_max_algorithms = 16;   // bounds a block's index entry
inline constexpr std::uint64_t k_median_blocks = 11;  // a block's time is above the median of this many ancestors
inline constexpr std::uint64_t k_max_ahead_s = 7'200; // and at most this far ahead of the verifier's clock
inline constexpr std::uint64_t k_seed_lag = 64;       // blocks between choosing an epoch key and using it
inline constexpr std::uint64_t k_seed_period = 2'048; // blocks of one epoch key

/// The height whose block id keys the epoch of `height`; 0 up to 2112 (the rule of Monero).
[[nodiscard]] std::uint64_t seed_height(std::uint64_t height);

/// An algorithm that only this dev network has.
struct ExtraAlgorithm {
   std::string name;
   std::uint64_t start_difficulty = 1;
   AlgorithmStatus status = AlgorithmStatus::supported;
};

/// Appends them with the ids 128, 129, ... and a share of one. Refused on networks that are not for development.
[[nodiscard]] Result<void> admit_algorithms(NetworkParams &network, std::span<const ExtraAlgorithm> extra);

/// Commits to every rule above except how an extra algorithm takes its input, which its plugin says.
[[nodiscard]] Hash parameters_hash(const NetworkParams &network);

} // namespace nebula::chain
