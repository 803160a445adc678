#pragma once

/// Hexadecimal text of bytes, both ways.

#include "bytes.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace nebula::common {

[[nodiscard]] std::string to_hex(ByteView bytes);
[[nodiscard]] std::string to_hex_upper(ByteView bytes);

/// Writes the bytes of `text` (either case) to `out`. False, with `out` in any state, when the text has another length
/// than twice `out` or another character.
[[nodiscard]] bool from_hex(std::string_view text, std::span<std::uint8_t> out);

/// Any even length.
[[nodiscard]] std::optional<Bytes> bytes_from_hex(std::string_view text);

template <std::size_t N>
[[nodiscard]] std::optional<std::array<std::uint8_t, N>> array_from_hex(std::string_view text) {
   std::array<std::uint8_t, N> out{};
   if (!from_hex(text, out))
      return std::nullopt;
   return out;
}

} // namespace nebula::common
