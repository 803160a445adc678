#pragma once

/// What a host function returns when it can fail for a reason an operator can act on.
///
///    [[nodiscard]] Result<Manifest> read_manifest(const Path &file);
///    ...
///    auto manifest = read_manifest(file);
///    if (!manifest)
///       return manifest.error();          // an Error converts to any Result
///    use(*manifest);
///
/// A programmer's mistake (value() of a failure) aborts, also in release builds.

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace nebula::host {

/// Why an operation failed, as the exit status of the program says it (sysexits.h).
enum class ErrorKind : int {
   usage = 64,         // the command line makes no sense
   unavailable = 69,   // a plugin, a provider or a service is not there
   internal = 70,      // a bug of ours
   io = 74,            // a file, socket or device refused
   temporary = 75,     // trying again later may work
   configuration = 78, // node.yaml (or what overrides it) is wrong
};

/// An operating error. The message is a complete sentence for an operator: what is wrong, where, and what would be
/// right.
struct Error {
   std::string message;
   ErrorKind kind = ErrorKind::internal;

   [[nodiscard]] int exit_code() const noexcept { return static_cast<int>(kind); }

   /// The same error seen from further away: "context: message".
   [[nodiscard]] Error within(std::string_view context) const { return {std::string(context) + ": " + message, kind}; }
   friend bool operator==(const Error &, const Error &) = default;
};

/// Says "this is the failure" where T itself could be mistaken for one.
struct Unexpected {
   Error error;
   explicit Unexpected(Error e) : error(std::move(e)) {}
   Unexpected(std::string message, ErrorKind kind) : error{std::move(message), kind} {}
};

namespace detail {
[[noreturn]] inline void bad_result_access(const char *what, const char *message) {
   std::fprintf(stderr, "nebula: programming error: %s (%s)\n", what, message);
   std::abort();
}
} // namespace detail

template <class T>
class [[nodiscard]] Result {
   static_assert(!std::is_same_v<std::remove_cv_t<T>, Error>, "Result<Error> would be ambiguous");
   static_assert(!std::is_reference_v<T>, "use Result<T *> or std::reference_wrapper");

public:
   using value_type = T;

   Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
   Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
   Result(Unexpected unexpected) : state_(std::in_place_index<1>, std::move(unexpected.error)) {}

   [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
   explicit operator bool() const noexcept { return has_value(); }

   [[nodiscard]] T &value() & { return require(), std::get<0>(state_); }
   [[nodiscard]] const T &value() const & { return require(), std::get<0>(state_); }
   [[nodiscard]] T &&value() && { return require(), std::get<0>(std::move(state_)); }

   [[nodiscard]] T &operator*() & { return value(); }
   [[nodiscard]] const T &operator*() const & { return value(); }
   [[nodiscard]] T &&operator*() && { return std::move(*this).value(); }
   [[nodiscard]] T *operator->() { return &value(); }
   [[nodiscard]] const T *operator->() const { return &value(); }

   [[nodiscard]] const Error &error() const & { return require_error(), std::get<1>(state_); }
   [[nodiscard]] Error &&error() && { return require_error(), std::get<1>(std::move(state_)); }

   [[nodiscard]] T value_or(T fallback) && {
      return has_value() ? std::get<0>(std::move(state_)) : std::move(fallback);
   }

private:
   void require() const {
      if (!has_value())
         detail::bad_result_access("value() of a failed Result", std::get<1>(state_).message.c_str());
   }
   void require_error() const {
      if (has_value())
         detail::bad_result_access("error() of a successful Result", "it holds a value");
   }

   std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
   using value_type = void;

   Result() = default;
   Result(Error error) : error_(std::move(error)) {}
   Result(Unexpected unexpected) : error_(std::move(unexpected.error)) {}

   [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
   explicit operator bool() const noexcept { return has_value(); }

   void value() const {
      if (error_)
         detail::bad_result_access("value() of a failed Result", error_->message.c_str());
   }
   [[nodiscard]] const Error &error() const & {
      if (!error_)
         detail::bad_result_access("error() of a successful Result", "it holds a value");
      return *error_;
   }
   [[nodiscard]] Error &&error() && {
      if (!error_)
         detail::bad_result_access("error() of a successful Result", "it holds a value");
      return std::move(*error_);
   }

private:
   std::optional<Error> error_;
};

} // namespace nebula::host
