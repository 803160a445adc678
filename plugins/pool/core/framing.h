#pragma once

/// Bytes of a connection to lines.

#include "request.h"

#include <string>
#include <string_view>

namespace nebula::pool {

/// What a connection that has said nothing yet begins with.
enum class Opening : std::uint8_t {
   lines, ///< or whatever else: the protocol's own errors say so
   tls,
   proxy, ///< a PROXY header, of either version
   http
};

/// The first byte of a TLS handshake's record; no text begins with it.
inline constexpr char k_tls_first_byte = 0x16;

/// `bytes`: the first that could be read, at least one.
[[nodiscard]] Opening opening_of(std::string_view bytes);

/// What a browser is shown.
[[nodiscard]] std::string http_answer();

enum class Cut : std::uint8_t {
   line,    ///< `line` is one, without its newline; empty ones are lines too
   partial, ///< all of `bytes` was kept for later
   too_long ///< without a newline within k_line_bytes_max; `bytes` and `half` are as they were
};

struct CutLine {
   Cut cut = Cut::partial;
   std::string_view line; ///< of `bytes` or of `joined`
   std::string joined;    ///< when it began in an earlier read
};

/// Takes the next line off the front of `bytes`. `half`: what is kept of an unfinished line between reads.
void next_line(std::string_view &bytes, std::string &half, CutLine &out);

} // namespace nebula::pool
