#pragma once

/// How this instance runs RandomX.

#include <cstdint>

namespace nebula::randomx {

/// What a fast session costs: the dataset. A light one, and every key kept: a cache.
inline constexpr std::uint64_t k_dataset_bytes = 2080ull << 20;
inline constexpr std::uint64_t k_cache_bytes = 256ull << 20;
/// The previous key (late blocks), the current one, and the next, prepared ahead: 768 MiB.
inline constexpr std::uint64_t k_keys_max = 3;
/// The dataset in use, and the one of the next key.
inline constexpr std::uint64_t k_datasets_max = 2;
/// What a machine, one per thread, costs.
inline constexpr std::uint64_t k_scratchpad_bytes = 2ull << 20;

/// Beside a dataset, where it is made only if there is room: what the rest of the node and of the machine should keep.
inline constexpr std::uint64_t k_memory_kept_free = 1ull << 30;

/// The nonce of a Monero hashing blob, and of every job that follows it.
inline constexpr std::uint32_t k_nonce_offset = 39;
inline constexpr std::uint32_t k_nonce_bytes = 4;

/// RandomX takes keys of 0 to 60 bytes.
inline constexpr std::uint64_t k_key_bytes_max = 60;

/// Hashing blobs are about 80 bytes; this is far above any of them.
inline constexpr std::uint32_t k_input_bytes_max = 4096;

enum class Jit {
   automatic, ///< writable and executable memory; W^X where the system refuses that; the interpreter where it refuses
              ///< both
   secure,    ///< never writable and executable at once (RANDOMX_FLAG_SECURE)
   off        ///< the interpreter, seven times slower
};

struct Options {
   bool huge_pages = true; ///< used when the system has some to give
   Jit jit = Jit::automatic;
};

} // namespace nebula::randomx
