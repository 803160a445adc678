#pragma once

/// What a service says of itself, for selection: "device=cpu,simd=avx2". Written by plugins, so parsed with limits.

#include "host/util/result.h"

#include <map>
#include <string>
#include <string_view>

namespace nebula::host {

inline constexpr std::size_t k_max_properties = 32;            // of one service; the richest backend we know has 9
inline constexpr std::size_t k_max_property_key_bytes = 64;    // "device", "vendor", ...
inline constexpr std::size_t k_max_property_value_bytes = 256; // an algorithm's name with all its parameters

/// Sorted by key, so that its text is the same every time.
using Properties = std::map<std::string, std::string, std::less<>>;

/// `text`: clauses key=value separated by commas, spaces around them ignored; empty: none. Keys are lower case letters,
/// digits, '-', '_' and '.'; values anything printable, in double quotes when ',', '=', '?' or '!' is in them. A key
/// may stand once.
[[nodiscard]] Result<Properties> parse_properties(std::string_view text);

/// "device=cpu,simd=avx2", with quotes where a value needs them.
[[nodiscard]] std::string to_text(const Properties &properties);

/// The rules above for one key or (unquoted) value; nullptr when it keeps them, else what is wrong ("is empty", ...).
[[nodiscard]] const char *wrong_with_key(std::string_view key);
[[nodiscard]] const char *wrong_with_value(std::string_view value);

} // namespace nebula::host
