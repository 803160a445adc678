#include "framing.h"

#include "proxy_header.h"

#include "common/bytes.h"

#include <algorithm>

namespace nebula::pool {

Opening opening_of(std::string_view bytes) {
   constexpr std::string_view k_http[] = {"GET ",     "POST ",    "HEAD ",   "PUT ",
                                          "OPTIONS ", "CONNECT ", "DELETE ", "PRI * HTTP"};
   if (bytes.front() == k_tls_first_byte)
      return Opening::tls;
   if (bytes.starts_with(k_proxy_signature) || bytes.starts_with("PROXY "))
      return Opening::proxy;
   if (std::ranges::any_of(k_http, [&](std::string_view verb) { return bytes.starts_with(verb); }))
      return Opening::http;
   return Opening::lines;
}

std::string http_answer() {
   constexpr std::string_view k_text = "This is a mining pool's port: miners connect to it with stratum+tcp:// (or "
                                       "stratum+ssl://), not browsers with http://.\n";
   return "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: "
          "close\r\nContent-Length: " +
          std::to_string(k_text.size()) + "\r\n\r\n" + std::string(k_text);
}

void next_line(std::string_view &bytes, std::string &half, CutLine &out) {
   const std::size_t end = bytes.find('\n');
   const std::string_view part = bytes.substr(0, end);
   if (half.size() + part.size() > k_line_bytes_max) {
      out.cut = Cut::too_long;
      return;
   }
   if (end == std::string_view::npos) {
      half.append(part);
      bytes = {};
      out.cut = Cut::partial;
      return;
   }
   bytes.remove_prefix(end + 1);
   out.cut = Cut::line;
   out.line = part;
   if (!half.empty()) {
      out.joined = std::move(half);
      common::release(half); // most connections are between lines
      out.line = out.joined.append(part);
   }
   if (out.line.ends_with('\r'))
      out.line.remove_suffix(1);
}

} // namespace nebula::pool
