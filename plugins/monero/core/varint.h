#pragma once

/// CryptoNote variable-length integers: little-endian base 128, low seven bits first, the top bit says "more follows".

#include "core/bytes.h"

#include <optional>

namespace nebula::monero {

void append_varint(Bytes &out, std::uint64_t value);

/// Reads bytes front to back. A read past the end or of a number that is not in its shortest form gives nothing and
/// leaves the reader failed: every later read gives nothing too.
class ByteReader {
public:
   explicit ByteReader(ByteView data) : data_(data) {}

   [[nodiscard]] std::optional<std::uint64_t> varint();
   [[nodiscard]] std::optional<std::uint8_t> byte();
   [[nodiscard]] std::optional<ByteView> take(std::size_t count);

   [[nodiscard]] std::size_t offset() const { return offset_; }
   [[nodiscard]] std::size_t left() const { return data_.size() - offset_; }

private:
   void fail() { offset_ = data_.size(); }

   ByteView data_;
   std::size_t offset_ = 0;
};

} // namespace nebula::monero
