#include "core/varint.h"

namespace nebula::monero {

void append_varint(Bytes &out, std::uint64_t value) {
   while (value >= 0x80) {
      out.push_back(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
   }
   out.push_back(static_cast<std::uint8_t>(value));
}

std::optional<std::uint64_t> ByteReader::varint() {
   std::uint64_t value = 0;
   for (unsigned shift = 0; shift < 64 && offset_ < data_.size(); shift += 7) {
      const std::uint8_t next = data_[offset_++];
      const std::uint64_t low = next & 0x7f;
      if ((low << shift) >> shift != low || (next == 0 && shift != 0))
         break; // above 64 bits, or padded with a zero
      value |= low << shift;
      if ((next & 0x80) == 0)
         return value;
   }
   fail();
   return std::nullopt;
}

std::optional<std::uint8_t> ByteReader::byte() {
   const auto one = take(1);
   if (!one)
      return std::nullopt;
   return one->front();
}

std::optional<ByteView> ByteReader::take(std::size_t count) {
   if (count > left()) {
      fail();
      return std::nullopt;
   }
   const ByteView part = data_.subspan(offset_, count);
   offset_ += count;
   return part;
}

} // namespace nebula::monero
