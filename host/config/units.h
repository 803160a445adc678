#pragma once

/// Durations and sizes as people write them: "250ms", "30s", "5m", "1h30m", "7d"; "512B", "64KiB", "1.5GiB", "10MB".
/// A bare number is seconds or bytes. Only integers inside: 1.5GiB must be a whole number of bytes.

#include <cstdint>
#include <optional>
#include <string_view>

namespace nebula::host::config {

/// In nanoseconds; nullopt when the text is none, is negative, or exceeds 2^63-1 ns (292 years).
[[nodiscard]] std::optional<std::uint64_t> parse_duration(std::string_view text);

/// In bytes; KiB MiB GiB TiB are powers of 1024, KB (kB) MB GB TB of 1000.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

/// Nanoseconds in one of: ns us ms s m min h d; nullopt for another word.
[[nodiscard]] std::optional<std::uint64_t> duration_unit(std::string_view unit);

/// Bytes in one of: B KiB MiB GiB TiB kB KB MB GB TB; nullopt for another word.
[[nodiscard]] std::optional<std::uint64_t> size_unit(std::string_view unit);

} // namespace nebula::host::config
