#pragma once

/// A value, or the reason why there is none. Each plugin names its own error type:
///
///    template <class T> using Result = common::BasicResult<T, Error>;
///
/// Asking a failure for its value (or a success for its error) is a programmer's mistake and aborts, also in release.

#include <cstdlib>
#include <optional>
#include <utility>
#include <variant>

namespace nebula::common {

template <class T, class E>
class [[nodiscard]] BasicResult {
public:
   BasicResult(T value) : state_(std::in_place_index<0>, std::move(value)) {}
   BasicResult(E error) : state_(std::in_place_index<1>, std::move(error)) {}

   [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
   explicit operator bool() const noexcept { return ok(); }

   [[nodiscard]] T &operator*() & { return get(); }
   [[nodiscard]] const T &operator*() const & { return const_cast<BasicResult *>(this)->get(); }
   [[nodiscard]] T &&operator*() && { return std::move(get()); }
   [[nodiscard]] T *operator->() { return &get(); }
   [[nodiscard]] const T *operator->() const { return &const_cast<BasicResult *>(this)->get(); }

   [[nodiscard]] const E &error() const {
      if (ok())
         std::abort();
      return std::get<1>(state_);
   }

private:
   T &get() {
      if (!ok())
         std::abort();
      return std::get<0>(state_);
   }
   std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] BasicResult<void, E> {
public:
   BasicResult() = default;
   BasicResult(E error) : error_(std::move(error)) {}

   [[nodiscard]] bool ok() const noexcept { return !error_.has_value(); }
   explicit operator bool() const noexcept { return ok(); }

   [[nodiscard]] const E &error() const {
      if (ok())
         std::abort();
      return *error_;
   }

private:
   std::optional<E> error_;
};

} // namespace nebula::common
