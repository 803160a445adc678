#pragma once

/// Times in buckets whose width grows with them: 1/128 of the value at most, so that a quantile is right within 0.8 %.
/// 36 KiB whatever is recorded.

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace nebula::pool {

class Histogram {
public:
   void record(std::uint64_t ns) {
      ++counts_[bucket(ns)];
      ++count_;
      max_ = std::max(max_, ns);
   }

   [[nodiscard]] std::uint64_t count() const { return count_; }
   [[nodiscard]] std::uint64_t max() const { return max_; }
   /// At most `part` of the values are above it; 0 when there are none.
   [[nodiscard]] std::uint64_t quantile(double part) const {
      const auto wanted = static_cast<std::uint64_t>(std::llround(part * static_cast<double>(count_)));
      std::uint64_t seen = 0;
      for (std::size_t i = 0; i < counts_.size(); ++i) {
         seen += counts_[i];
         if (seen >= std::max<std::uint64_t>(wanted, 1))
            return std::min(highest(i), max_);
      }
      return max_;
   }

private:
   static constexpr unsigned k_sub_bits = 7;
   static constexpr std::size_t k_sub = std::size_t{1} << k_sub_bits;
   static constexpr unsigned k_octaves = 35; // up to 2^42 ns, more than an hour; what is longer counts as that
   static constexpr std::size_t k_buckets = (k_octaves + 1) * k_sub;

   [[nodiscard]] static std::size_t bucket(std::uint64_t ns) {
      if (ns < k_sub)
         return static_cast<std::size_t>(ns);
      const unsigned shift = static_cast<unsigned>(std::bit_width(ns)) - k_sub_bits - 1;
      return std::min<std::size_t>((shift + 1) * k_sub + static_cast<std::size_t>((ns >> shift) & (k_sub - 1)),
                                   k_buckets - 1);
   }
   [[nodiscard]] static std::uint64_t highest(std::size_t index) {
      if (index < k_sub)
         return index;
      const unsigned shift = static_cast<unsigned>(index / k_sub) - 1;
      return ((k_sub + index % k_sub + 1) << shift) - 1;
   }

   std::array<std::uint64_t, k_buckets> counts_{};
   std::uint64_t count_ = 0, max_ = 0;
};

} // namespace nebula::pool
