#pragma once

/// Text from outside that is shown, logged, stored and compared: what of it is text at all, and what only looks like
/// it.

#include <string>
#include <string_view>

namespace nebula::common {

/// Every character of it is seen, and where it stands: UTF-8 without control characters, line and paragraph
/// separators, characters of no width, characters that turn the reading direction, and U+FFFD, which stands for what
/// was lost. Two such texts that look alike to a program are alike.
[[nodiscard]] bool is_plain_text(std::string_view text);

/// Without what is not plain.
void keep_plain_text(std::string &text);

/// Without blanks and control characters at its ends, which scripts of other systems leave there.
[[nodiscard]] std::string_view trimmed(std::string_view text);

} // namespace nebula::common
