// Borrowed text and bytes of the contract as C++ views, and the one way the SDK builds texts.
#pragma once

#include <nebula/abi.h>

#include <string>
#include <string_view>
#include <type_traits>

namespace nebula {

// The contract's view of a C++ one, and back. Nothing is copied: the memory stays the owner's.
inline neb_str str(std::string_view text) noexcept {
   return {text.data(), text.size()};
}

inline std::string_view view(neb_str text) noexcept {
   return text.len == 0 ? std::string_view{} : std::string_view{text.ptr, static_cast<std::size_t>(text.len)};
}

inline neb_bytes bytes(const void *data, std::size_t size) noexcept {
   return {static_cast<const uint8_t *>(data), size};
}

// Any contiguous container of bytes or characters: std::string, std::vector<uint8_t>, std::array<uint8_t, 32>.
template <class Container, class = decltype(std::declval<const Container &>().data())>
neb_bytes bytes(const Container &container) noexcept {
   static_assert(sizeof(*container.data()) == 1, "a container of bytes");
   return bytes(container.data(), container.size());
}

inline std::string_view view(neb_bytes data) noexcept {
   return data.len == 0
             ? std::string_view{}
             : std::string_view{reinterpret_cast<const char *>(data.ptr), static_cast<std::size_t>(data.len)};
}

namespace detail {

template <class Part>
void append(std::string &out, const Part &part) {
   if constexpr (std::is_same_v<Part, bool>) {
      out += part ? "true" : "false";
   } else if constexpr (std::is_same_v<Part, char>) {
      out += part;
   } else if constexpr (std::is_same_v<Part, neb_str>) {
      out += view(part);
   } else if constexpr (std::is_arithmetic_v<Part>) {
      out += std::to_string(part);
   } else {
      out += std::string_view{part};
   }
}

} // namespace detail

// A value as it stands in a selection ("algorithm=...") or among properties: in double quotes when it needs them, with
// \" and
// \\ inside. "avx2" stays avx2; "yescrypt:N=4096,r=16" has an '=' and a ',' and is quoted.
inline std::string property_value(std::string_view value) {
   const auto outer_space = [](char c) { return c == ' ' || c == '\t'; };
   if (!value.empty() && value.front() != '"' && !outer_space(value.front()) && !outer_space(value.back()) &&
       value.find_first_of(",=?!") == std::string_view::npos) {
      return std::string{value};
   }
   std::string quoted = "\"";
   for (const char c : value) {
      if (c == '"' || c == '\\') {
         quoted += '\\';
      }
      quoted += c;
   }
   return quoted + '"';
}

// One text out of texts, characters, numbers and booleans: concat("height ", 1204, ", ", 3, " peers").
template <class... Parts>
std::string concat(const Parts &...parts) {
   std::string out;
   (detail::append(out, parts), ...);
   return out;
}

} // namespace nebula
