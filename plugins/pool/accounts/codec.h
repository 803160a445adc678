#pragma once

/// Records as bytes, and the keys that they are kept under.

#include "common/record.h"

#include <array>

namespace nebula::pool::accounts {

using common::Bytes;
using common::ByteView;
using common::RecordReader;
using common::RecordWriter;

/// Big-endian, so that keys are in the order of their numbers.
template <class... Numbers>
[[nodiscard]] Bytes key_of(Numbers... numbers) {
   Bytes out;
   const auto append = [&](std::uint64_t number) {
      for (int shift = 56; shift >= 0; shift -= 8)
         out.push_back(static_cast<std::uint8_t>(number >> shift));
   };
   (append(numbers), ...);
   return out;
}

[[nodiscard]] inline std::uint64_t number_of_key(ByteView key, std::size_t place = 0) {
   if (key.size() < place * 8 + 8)
      RecordReader::fail("its key is too short");
   std::uint64_t out = 0;
   for (std::size_t i = place * 8; i < place * 8 + 8; ++i)
      out = out << 8 | key[i];
   return out;
}

} // namespace nebula::pool::accounts
