#pragma once

/// Dividing money: integers in, integers out, and the parts always sum to the whole.

#include "amount.h"

#include <span>
#include <vector>

namespace nebula::pool::accounts {

/// `whole` in proportion to `weights`, by the largest remainder: each part is its exact share rounded down, and the
/// units that rounding left go one each to the parts that lost most (of equals, to the first). All weights zero, or
/// none: nothing is divided and all parts are zero.
[[nodiscard]] std::vector<Amount> split(Amount whole, std::span<const std::uint64_t> weights);

/// `ppm` millionths of `whole`, rounded down.
[[nodiscard]] Amount part_of(Amount whole, std::uint32_t ppm);

/// What levels add to the parts of a reward: (percent - 100) hundredths of each, rounded down; when that is more than
/// `most`, `most` in those proportions.
[[nodiscard]] std::vector<Amount> bonuses(std::span<const Amount> parts, std::span<const std::uint32_t> percents,
                                          Amount most);

} // namespace nebula::pool::accounts
