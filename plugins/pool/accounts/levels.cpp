#include "levels.h"

#include <algorithm>

namespace nebula::pool::accounts {

std::vector<LevelView> default_levels() {
   return {{"PHYSICAL", 0, 100},           {"EMOTIONAL", 1'000, 105},       {"MENTAL", 5'000, 110},
           {"INTUITIVE", 15'000, 125},     {"SPIRITUAL", 40'000, 140},      {"COSMIC", 100'000, 150},
           {"UNITY", 250'000, 160},        {"ENLIGHTENMENT", 500'000, 175}, {"LIBERATION", 750'000, 190},
           {"ON_THE_STAR", 1'000'000, 200}};
}

std::uint32_t level_of(std::span<const LevelView> levels, std::uint64_t xp) {
   const auto above = std::ranges::upper_bound(levels, xp, {}, &LevelView::xp);
   return above == levels.begin() ? 0 : static_cast<std::uint32_t>(above - levels.begin() - 1);
}

std::uint64_t share_milli_xp(std::uint64_t difficulty, std::uint64_t reference, std::uint64_t network_difficulty) {
   constexpr std::uint64_t k_share_milli_xp = 10'000;
   // A block's worth of work gives as much as a thousand shares at the reference that follows the network.
   if (reference == 0)
      return static_cast<std::uint64_t>(u128{difficulty} * k_share_milli_xp * 1'000 /
                                        std::max<std::uint64_t>(network_difficulty, 1));
   return static_cast<std::uint64_t>(
      std::min<u128>(u128{difficulty} * k_share_milli_xp / reference, std::uint64_t{1} << 40));
}

} // namespace nebula::pool::accounts
