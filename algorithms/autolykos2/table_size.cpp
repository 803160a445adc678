#include "table_size.h"

#include <algorithm>

namespace nebula::autolykos2 {
namespace {

constexpr std::uint64_t k_growth_starts = 614'400; // 600 * 1024
constexpr std::uint64_t k_growth_period = 51'200;  // 50 * 1024
constexpr std::uint64_t k_growth_ends = 4'198'400; // the table keeps its size from here on

} // namespace

std::uint32_t table_size(std::uint64_t height) noexcept {
   if (height < k_growth_starts)
      return k_table_size_first;
   const std::uint64_t steps = (std::min(height, k_growth_ends) - k_growth_starts) / k_growth_period + 1;
   std::uint32_t size = k_table_size_first;
   for (std::uint64_t i = 0; i < steps; ++i)
      size = size / 100 * 105; // divided first: the remainder is dropped at every step, by consensus
   return size;
}

std::uint32_t tiny_table_size(std::uint64_t height) noexcept {
   return 1009 + static_cast<std::uint32_t>(height % 7) * 10;
}

} // namespace nebula::autolykos2
