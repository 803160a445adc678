#pragma once

/// The `format` keyword: texts with a meaning.
///
///    tcp-address  host:port, 1.2.3.4:3333, [::1]:3333; port 1-65535
///    tcp-listen   the same, and port 0 for "any free port"
///    url          scheme://host[:port][/...]
///    duration     250ms, 30s, 5m, 1h30m, 7d; a bare number is seconds
///    size         512B, 64KiB, 1.5GiB, 10MB; a bare number is bytes
///    sha256       64 hexadecimal digits
///    path         a file name: not empty, no zero byte, at most 4095 bytes

#include <string>
#include <string_view>
#include <vector>

namespace nebula::host::config {

/// Empty when the text fits; else what follows the quoted value in a message: "is not a TCP address (port must be
/// 1-65535)". A format that is not checked fits everything.
[[nodiscard]] std::string format_problem(std::string_view format, std::string_view text);

/// The formats checked here.
[[nodiscard]] const std::vector<std::string> &checked_formats();
/// Those, and the standard ones that are only annotations (uri, hostname, date-time, ...).
[[nodiscard]] bool is_known_format(std::string_view format);

} // namespace nebula::host::config
