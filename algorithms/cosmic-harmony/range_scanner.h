#pragma once

/// Scans a job with one of the CPU kernels: the kernel filters by the first output word, the reference decides.

#include <array>
#include <cstdint>

#include "common/cpu_session.h"
#include "kernels.h"

namespace nebula::cosmic_harmony {

class RangeScanner final : public common::Scanner {
public:
   explicit RangeScanner(const Kernel &kernel) : kernel_(kernel) {}

   [[nodiscard]] neb_status begin(const common::Job &job) override;
   [[nodiscard]] std::uint64_t scan(std::uint64_t first, std::uint64_t count, common::HitList &hits) override;
   [[nodiscard]] bool overflowed() const noexcept override { return overflowed_; }

private:
   /// Marks the candidates of first..end-1, and perhaps some beside them, in `found_`. All share one high half.
   [[nodiscard]] bool filter(std::uint32_t first, std::uint32_t last) noexcept;
   /// Turns marks into hits, in order. Returns the nonce that did not fit, or last + 1.
   [[nodiscard]] std::uint64_t collect(std::uint32_t first, std::uint32_t last, common::HitList &hits);

   Kernel kernel_;
   State state_{};
   common::Words256 target_{};
   bool overflowed_ = false;
   std::array<std::uint64_t, 1024> found_{}; ///< a bit per nonce of one high half; all zero between scans
};

} // namespace nebula::cosmic_harmony
