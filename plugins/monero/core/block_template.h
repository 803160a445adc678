#pragma once

/// The layout of a block template as get_block_template delivers it: where its parts begin, found by reading it.

#include "core/bytes.h"

namespace nebula::monero {

inline constexpr std::size_t k_nonce_bytes = 4;
inline constexpr std::size_t k_nonce_offset = 39;        // 1 + 1 + 5 + 32: where miners expect the nonce
inline constexpr std::size_t k_reserve_size_max = 127;   // its number takes one byte in every notation
inline constexpr std::size_t k_transactions_max = 16384; // 512 KiB of ids; a block of 600 kB holds about 400

/// What the answer around the blob claims; the blob has to agree.
struct TemplateClaims {
   std::uint64_t height = 0;
   std::uint64_t reserved_offset = 0;
   std::size_t reserve_size = 0;
   Hash prev_hash{};
   std::uint64_t max_major_version = 16; // above it the proof of work may be another algorithm
};

/// Offsets into the template's bytes.
struct BlockLayout {
   std::uint64_t major_version = 0;
   std::uint64_t timestamp = 0;
   std::uint64_t reward = 0;        // of the miner's one output, in atomic units
   std::size_t miner_tx_offset = 0; // also where the header ends
   std::size_t reserved_offset = 0;
   std::size_t reserve_size = 0;
   std::size_t prefix_end = 0;     // end of the miner transaction's prefix
   std::vector<Hash> transactions; // without the miner's own, in block order
};

/// Reads the whole template. Refuses, saying why, a template with another shape: another major version, input, output
/// type or RingCT type, a nonce elsewhere than at offset 39, a height, parent or reserved place that is not the claimed
/// one, and bytes left over.
[[nodiscard]] Result<BlockLayout> parse_block_template(ByteView blob, const TemplateClaims &claims);

} // namespace nebula::monero
