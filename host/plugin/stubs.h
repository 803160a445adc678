#pragma once

/// Stubs with exactly the type of a table's member, and the copy that puts them where the plugin has nothing.

#include <nebula/abi.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace nebula::host {

/// The function that stands for a missing member of this type: NEB_E_UNSUPPORTED, or NULL, or 0, or nothing.
template <class Return, class... Arguments>
Return unsupported(Arguments...) noexcept {
   if constexpr (std::is_same_v<Return, neb_status>)
      return NEB_E_UNSUPPORTED;
   else
      return Return();
}

namespace detail {

template <class Return, class... Arguments>
constexpr auto stub_for(Return (*)(Arguments...)) -> Return (*)(Arguments...) {
   return &unsupported<Return, Arguments...>;
}

template <class T, class Function>
void complete_member(T &table, std::uint32_t given_size, Function T::*member) {
   const auto offset = static_cast<std::size_t>(reinterpret_cast<const char *>(&(table.*member)) -
                                                reinterpret_cast<const char *>(&table));
   // A member that lies only partly within the given size was not given.
   if (offset + sizeof(Function) > given_size || !(table.*member))
      table.*member = stub_for(Function{});
}

} // namespace detail

/// A full-size copy of `given`, of which only given.size bytes are readable. Data members past them are zero.
template <class T, class... Functions>
[[nodiscard]] T complete(const T &given, Functions T::*...functions) {
   static_assert(std::is_trivially_copyable_v<T>);
   T full{};
   const std::uint32_t given_size = given.size;
   std::memcpy(static_cast<void *>(&full), &given, std::min<std::size_t>(given_size, sizeof(T)));
   (detail::complete_member(full, given_size, functions), ...);
   full.size = sizeof(T);
   return full;
}

} // namespace nebula::host
