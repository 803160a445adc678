#pragma once

#include "nebula/abi.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace nebula::host {

/// Writes the reason of a failure into the caller's record (which may be NULL) and returns `code`. The text is cut to
/// fit.
inline neb_status fail(neb_error *err, neb_status code, std::string_view text) noexcept {
   if (err != nullptr && NEB_HAS(err, neb_error, code))
      err->code = code;
   constexpr std::size_t k_text_at = offsetof(neb_error, text);
   if (err != nullptr && err->size > k_text_at) {
      const std::size_t room = std::min<std::size_t>(err->size - k_text_at, sizeof err->text);
      const std::size_t length = std::min(text.size(), room - 1);
      std::memcpy(err->text, text.data(), length);
      err->text[length] = '\0';
   }
   return code;
}

} // namespace nebula::host
