#pragma once

/// The two shapes bytes have inside a plugin: owned and borrowed.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::common {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of a text; borrowed like the text.
[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
   return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

/// The text of bytes that are known to be text; borrowed like the bytes.
[[nodiscard]] inline std::string_view as_text(ByteView bytes) {
   return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

/// Empties it and gives its memory back, which assigning nothing to it does not.
template <class Container>
void release(Container &container) {
   Container().swap(container);
}

} // namespace nebula::common
