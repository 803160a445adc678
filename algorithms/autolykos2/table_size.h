#pragma once

/// N(h): how many elements the table of a height has. It grows by 5 % every 51,200 blocks, which keeps miners with a
/// fixed amount of memory from staying for ever.

#include <cstdint>

namespace nebula::autolykos2 {

/// The rule as a value: the backends take it as a parameter.
using TableSizeRule = std::uint32_t (*)(std::uint64_t height);

/// The consensus rule. At most 2,143,944,600, so an index always fits in 32 bits.
[[nodiscard]] std::uint32_t table_size(std::uint64_t height) noexcept;

/// For development only: about a thousand elements, another number at every height, seldom a multiple of what a kernel
/// computes at once. Its digests are not Autolykos v2's; all else is computed as there.
[[nodiscard]] std::uint32_t tiny_table_size(std::uint64_t height) noexcept;

/// Before the first growth.
inline constexpr std::uint32_t k_table_size_first = 1u << 26;

} // namespace nebula::autolykos2
