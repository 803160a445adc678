#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nebula::host {

/// Appends `text` for a person's terminal: line breaks and controls as \n \t \xNN, bytes that are not UTF-8 as \xNN, C1
/// controls and direction overrides (which rearrange a line) as \uNNNN. What is appended holds no control character.
void append_escaped_text(std::string &out, std::string_view text);

/// Appends `text` as the inside of a JSON string. Bytes that are not UTF-8 become \\xNN.
void append_escaped_json(std::string &out, std::string_view text);

/// The first `max` bytes, or fewer so that no UTF-8 character is cut in two.
[[nodiscard]] std::string_view cut_utf8(std::string_view text, std::size_t max);

} // namespace nebula::host
