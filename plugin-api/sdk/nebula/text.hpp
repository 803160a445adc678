// Borrowed text and bytes of the contract as C++ views, and the one way the SDK builds texts.
#pragma once

#include <nebula/abi.h>

#include <cstring>
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

// The bytes of the UTF-8 character that `text`, which is not empty, begins with; 0 when it is none.
inline std::size_t utf8_length(std::string_view text) noexcept {
   const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
   const unsigned first = byte(0);
   if (first < 0x80) {
      return 1;
   }
   const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
   if (first < 0xC2 || first > 0xF4 || text.size() < length) {
      return 0;
   }
   for (std::size_t i = 1; i < length; ++i) {
      if ((byte(i) & 0xC0u) != 0x80u) {
         return 0;
      }
   }
   const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
   const bool outside = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
   return overlong || outside ? 0 : length;
}

inline bool is_utf8(std::string_view text) noexcept {
   while (!text.empty()) {
      uint64_t eight = 0;
      if (text.size() >= sizeof eight) { // nearly all text is ASCII
         std::memcpy(&eight, text.data(), sizeof eight);
         if ((eight & 0x8080808080808080u) == 0) {
            text.remove_prefix(sizeof eight);
            continue;
         }
      }
      const std::size_t length = utf8_length(text);
      if (length == 0) {
         return false;
      }
      text.remove_prefix(length);
   }
   return true;
}

// With '?' for each byte that is no part of a character: what a peer sent may be anything, JSON may not.
inline std::string as_utf8(std::string_view text) {
   std::string out;
   while (!text.empty()) {
      const std::size_t length = utf8_length(text);
      if (length == 0) {
         out += '?';
      } else {
         out += text.substr(0, length);
      }
      text.remove_prefix(length == 0 ? 1 : length);
   }
   return out;
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
