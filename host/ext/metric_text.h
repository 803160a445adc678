#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nebula::host {

/// A snake_case metric name that no suffix of the exposition formats can be confused with.
[[nodiscard]] bool is_metric_name(std::string_view name);

/// Labels, sorted by name; values unescaped.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// Reads algorithm="randomx",status="valid". Nothing when malformed, when a name comes twice, or is the host's
/// (instance, le, and all that begin with two underscores).
[[nodiscard]] std::optional<Labels> parse_labels(std::string_view text);

/// name="value" with \\, \" and \n escaped.
void append_label(std::string &out, std::string_view name, std::string_view value);

/// Help text with \\ and \n escaped, and " where the format wants that.
[[nodiscard]] std::string escape_help(std::string_view help, bool quotes);

/// value / divisor as a decimal number, exact where it has at most 18 decimals.
[[nodiscard]] std::string decimal(int64_t value, uint64_t divisor);
[[nodiscard]] std::string decimal_unsigned(uint64_t value, uint64_t divisor);

/// The base unit a name ends with ("seconds", "bytes", ...), or empty.
[[nodiscard]] std::string_view unit_of(std::string_view name);

} // namespace nebula::host
