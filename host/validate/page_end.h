#pragma once

/// Records that end where readable memory ends: whoever looks past their size is caught in the act.

#include <cstddef>
#include <string_view>

namespace nebula::host::validation {

/// A copy of `size` bytes whose last byte is the last of its page. Reading or writing past it ends the process of the
/// check with a verdict that names `what`. Stays for the rest of the process.
[[nodiscard]] void *at_page_end(const void *bytes, std::size_t size, std::string_view what);

} // namespace nebula::host::validation
