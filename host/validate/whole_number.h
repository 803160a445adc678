#pragma once

#include <charconv>
#include <string_view>

namespace nebula::host::validation {

/// The whole of `text` as a number that `out` can hold.
template <class Number>
[[nodiscard]] bool whole_number(std::string_view text, Number &out) {
   const char *end = text.data() + text.size();
   const auto parsed = std::from_chars(text.data(), end, out);
   return parsed.ec == std::errc{} && parsed.ptr == end;
}

} // namespace nebula::host::validation
