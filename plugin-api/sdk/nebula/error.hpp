// Errors: C++ exceptions inside a plugin, neb_status and neb_error at its border.
#pragma once

#include <nebula/text.hpp>

#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <utility>

namespace nebula {

// An operating error: a status of the contract and one sentence that says what is wrong and what would be right.
class Error : public std::runtime_error {
public:
   template <class... Parts>
   explicit Error(neb_status status, const Parts &...parts) : std::runtime_error(concat(parts...)), status_(status) {}

   neb_status status() const noexcept { return status_; }

private:
   neb_status status_;
};

// Writes a failure into the caller's record, cut to its room at a character border. `err` may be NULL. Returns
// `status`.
inline neb_status fail(neb_error *err, neb_status status, std::string_view text) noexcept {
   constexpr std::size_t k_head = offsetof(neb_error, text);
   if (err == nullptr || err->size <= k_head) {
      return status;
   }
   const std::size_t room = err->size - k_head - 1;
   std::size_t length = text.size() < room ? text.size() : room;
   while (length > 0 && length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0u) == 0x80u) {
      --length;
   }
   err->code = status;
   std::memcpy(err->text, text.data(), length);
   err->text[length] = '\0';
   return status;
}

// The statuses' names for messages; "failure -77" style numbers are for codes newer than this header.
inline const char *status_text(neb_status status) noexcept {
   static constexpr const char *k_texts[] = {"ok",
                                             "failed",
                                             "not supported",
                                             "invalid argument",
                                             "not callable in this state",
                                             "not found",
                                             "busy",
                                             "timed out",
                                             "cancelled",
                                             "gone",
                                             "no memory",
                                             "input or output failed",
                                             "full",
                                             "buffer too small",
                                             "corrupt data",
                                             "denied",
                                             "wrong configuration",
                                             "exists already",
                                             "conflict",
                                             "device failed"};
   constexpr neb_status k_count = static_cast<neb_status>(sizeof k_texts / sizeof *k_texts);
   return status <= 0 && -status < k_count ? k_texts[-status] : "failed";
}

// A record to hand to the contract's functions; `check` throws its text.
class ErrorRecord {
public:
   ErrorRecord() noexcept : raw_{sizeof(neb_error), NEB_OK, {0}} {}

   neb_error *raw() noexcept { return &raw_; }
   std::string_view text() const noexcept { return raw_.text; }

   // Throws Error when `status` is a failure; `what` begins the text: "nebula.kv/1 open".
   void check(neb_status status, std::string_view what) const {
      if (status != NEB_OK) {
         throw Error(status, what, ": ", raw_.text[0] != '\0' ? raw_.text : status_text(status));
      }
   }

private:
   neb_error raw_;
};

// For functions without a neb_error.
inline void check(neb_status status, std::string_view what) {
   ErrorRecord{}.check(status, what);
}

// Turns the exception in flight into a status and a text. Call it inside a catch block only.
inline neb_status fail_current(neb_error *err) noexcept {
   try {
      throw;
   } catch (const Error &error) {
      const neb_status status = error.status() == NEB_OK ? static_cast<neb_status>(NEB_E_FAIL) : error.status();
      return fail(err, status, error.what());
   } catch (const std::bad_alloc &) {
      return fail(err, NEB_E_NO_MEMORY, "out of memory");
   } catch (const std::exception &error) {
      return fail(err, NEB_E_FAIL, error.what());
   } catch (...) {
      return fail(err, NEB_E_FAIL, "an exception of unknown type was thrown; throw nebula::Error with a text");
   }
}

// Calls `body` at the border: an exception becomes a status and a text, a neb_status result is passed on, void is
// NEB_OK.
template <class Body>
neb_status guarded(neb_error *err, Body &&body) noexcept {
   try {
      if constexpr (std::is_void_v<decltype(body())>) {
         std::forward<Body>(body)();
         return NEB_OK;
      } else {
         return std::forward<Body>(body)();
      }
   } catch (...) {
      return fail_current(err);
   }
}

} // namespace nebula
