#pragma once

/// Targets made easier for the audit, and what chance says about them. (Statistics, not consensus: floating point is
/// fine here.)

#include <nebula/pow.hpp>

#include <cstdint>

namespace nebula::host {

struct EasedTarget {
   Number256 target;
   double probability; // that one hash is at or under it
};

/// 2^(256-bits) - 1: one hash in 2^bits is at or under it.
[[nodiscard]] EasedTarget target_of_bits(unsigned bits) noexcept;

/// That one hash is at or under the target.
[[nodiscard]] double probability_of(const Number256 &target) noexcept;

/// A target at least as easy as `target`, of which `count` hashes make about `hits` hits.
[[nodiscard]] EasedTarget ease(const Number256 &target, std::uint64_t count, double hits) noexcept;

} // namespace nebula::host
