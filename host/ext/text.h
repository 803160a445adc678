#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nebula::host {

/// Appends "text" as a JSON string, quotes included.
void append_json(std::string &out, std::string_view text);

/// "2026-11-20T12:00:00Z" of nanoseconds since 1970.
[[nodiscard]] std::string utc_text(int64_t wall_ns);

/// "250 ms", "12 s", "3 min": what a person says of a span of time.
[[nodiscard]] std::string span_text(uint64_t nanoseconds);

} // namespace nebula::host
