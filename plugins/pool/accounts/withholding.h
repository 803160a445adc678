#pragma once

/// Block withholding: a worker that hands in shares and keeps its blocks finds fewer than its work is worth. Statistics
/// for people; nobody is banned by them.

#include <cstdint>

namespace nebula::pool::accounts {

/// The probability that honest work worth `expected_ppm` millionths of blocks found `blocks` or fewer: the lower tail
/// of the Poisson distribution. No money depends on it, so it is floating point.
[[nodiscard]] double lower_tail(std::uint64_t blocks, std::uint64_t expected_ppm);

} // namespace nebula::pool::accounts
