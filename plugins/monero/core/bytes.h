#pragma once

/// Byte strings, 32-byte hashes and their hexadecimal text.

#include "core/result.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::monero {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using Hash = std::array<std::uint8_t, 32>;

/// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(ByteView bytes);

/// Decodes hexadecimal of either case. Fails on an odd length or another character; the error names `what`.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text, std::string_view what);

/// Decodes exactly 64 hexadecimal digits.
[[nodiscard]] Result<Hash> hash_from_hex(std::string_view text, std::string_view what);

} // namespace nebula::monero
