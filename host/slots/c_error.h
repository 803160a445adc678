#pragma once

/// Failures on their way to a plugin: the neb_error record, and no exception across the boundary.

#include <nebula/abi.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>

namespace nebula::host {

/// Writes code and text into the caller's record, within its size; `err` may be nullptr. Returns the code.
inline neb_status fail(neb_error *err, neb_status code, std::string_view text) noexcept {
   constexpr std::size_t text_at = offsetof(neb_error, text);
   if (err && err->size > text_at) {
      err->code = code;
      std::size_t n = std::min(text.size(), std::min<std::size_t>(err->size - text_at, sizeof err->text) - 1);
      // Never cut inside a character.
      if (n < text.size())
         while (n > 0 && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80)
            --n;
      std::memcpy(err->text, text.data(), n);
      err->text[n] = '\0';
   }
   return code;
}

/// Runs `body` (which returns a neb_status); an exception becomes a failure.
template <class Body>
neb_status guarded(neb_error *err, Body body) noexcept {
   try {
      return body();
   } catch (const std::bad_alloc &) {
      return fail(err, NEB_E_NO_MEMORY, "the host is out of memory");
   } catch (const std::exception &error) {
      return fail(err, NEB_E_FAIL, error.what());
   }
}

/// A fresh record for a call into a plugin.
[[nodiscard]] inline neb_error make_error() noexcept {
   neb_error err{};
   err.size = sizeof err;
   return err;
}

/// The text a plugin wrote, whatever it did to the record; "" when it wrote none.
[[nodiscard]] inline std::string text_of(const neb_error &err) {
   return {err.text, strnlen(err.text, sizeof err.text)};
}

} // namespace nebula::host
