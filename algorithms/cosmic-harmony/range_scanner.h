#pragma once

/// Scans slices of jobs with one of the CPU kernels: the kernel filters by the first output word, the reference
/// decides.

#include <nebula/pow_session.hpp>

#include <array>
#include <cstdint>

#include "block.h"
#include "common/target.h"

namespace nebula::cosmic_harmony {

class RangeScanner final : public Scanner {
public:
   explicit RangeScanner(BlockScan kernel) noexcept : scan_block_(kernel) {}

   /// Throws NEB_E_INVALID when the nonce is not where this function has it.
   void scan(const ScanRange &range, Hits &hits) override;

private:
   /// first..last share one high half.
   void scan_half(std::uint32_t first, std::uint32_t last, Hits &hits);
   /// Marks the candidates of first..last, and perhaps some beside them, in `found_`. Returns whether there are any.
   [[nodiscard]] bool filter(std::uint32_t first, std::uint32_t last) noexcept;
   /// Turns the marks of first..last into hits, and clears all marks.
   void collect(std::uint32_t first, std::uint32_t last, Hits &hits);

   BlockScan scan_block_;
   State state_{};
   common::Words256 target_{};
   std::array<std::uint64_t, 1024> found_{}; ///< a bit per nonce of one high half; all zero between scans
};

} // namespace nebula::cosmic_harmony
