#pragma once

/// How many nonces to hand a device at once, so that one batch takes about the time asked for: long enough that the
/// cost of a batch disappears, short enough that new work, a pause or a swap is taken up at once.

#include <cstdint>

namespace nebula::miner {

class BatchSizer {
public:
   static constexpr std::uint64_t k_count_max = std::uint64_t{1} << 40; ///< 30 ms at 36 TH/s: above any device
   static constexpr std::uint64_t k_growth_max = 8;                     ///< per step; one lucky reading is no proof
   static constexpr std::uint64_t k_round = std::uint64_t{1} << 16;     ///< large batches are whole blocks of 65,536

   /// `first_count`: the backend's own hint, 0 when it has none (then the first batch is a single nonce, because a hash
   /// may take anything from 3 ns to a second).
   BatchSizer(std::uint64_t target_ns, std::uint64_t first_count) noexcept;

   /// Takes in that `hashes` took `elapsed_ns`. Readings without hashes or time say nothing and are ignored.
   void observe(std::uint64_t hashes, std::uint64_t elapsed_ns) noexcept;

   /// Nonces for the next batch, 1 to k_count_max.
   [[nodiscard]] std::uint64_t next() const noexcept { return count_; }

private:
   double target_ns_;
   double hashes_per_ns_ = 0; ///< smoothed; 0: nothing observed yet
   std::uint64_t count_;
};

} // namespace nebula::miner
