#pragma once

#include <openssl/err.h>

#include <string>

namespace nebula::pool {

/// The first reason that OpenSSL has on this thread; the queue is empty afterwards.
[[nodiscard]] inline std::string openssl_error() {
   char text[256] = "unknown reason";
   if (const unsigned long code = ERR_get_error())
      ERR_error_string_n(code, text, sizeof text);
   ERR_clear_error();
   return text;
}

} // namespace nebula::pool
