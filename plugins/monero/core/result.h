#pragma once

/// What every function of this plugin that can fail returns: a value, or an Error whose text an operator understands
/// and whose fault tells the state machines what to do about it.

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace nebula::monero {

enum class Fault {
   malformed,    // the daemon's bytes are not what the protocol says
   transport,    // no connection, a broken one, or no answer in time
   unauthorized, // 401 although credentials were sent, or none are configured
   busy,         // the daemon is not synchronised: try again later
   rpc,          // the daemon answered with a JSON-RPC error: see rpc_code
   refused,      // well formed, but this plugin must not use it
};

struct Error {
   std::string text;
   Fault fault = Fault::malformed;
   int rpc_code = 0;

   /// The same error seen from further away: "context: text".
   [[nodiscard]] Error within(std::string_view context) const {
      return {std::string(context) + ": " + text, fault, rpc_code};
   }
};

template <class T>
class [[nodiscard]] Result {
public:
   Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
   Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

   [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
   explicit operator bool() const noexcept { return ok(); }

   /// Precondition: ok(). Asking a failure for its value throws std::bad_variant_access.
   [[nodiscard]] T &operator*() & { return std::get<0>(state_); }
   [[nodiscard]] const T &operator*() const & { return std::get<0>(state_); }
   [[nodiscard]] T &&operator*() && { return std::get<0>(std::move(state_)); }
   [[nodiscard]] T *operator->() { return &std::get<0>(state_); }
   [[nodiscard]] const T *operator->() const { return &std::get<0>(state_); }

   /// Precondition: !ok().
   [[nodiscard]] const Error &error() const { return std::get<1>(state_); }

private:
   std::variant<T, Error> state_;
};

/// Success without a value.
struct Done {};

} // namespace nebula::monero
