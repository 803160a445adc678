#pragma once

/// Records as bytes: numbers of 7 bits a byte, little end first, and texts with their length before them.

#include "bytes.h"

#include <nebula/error.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace nebula::common {

class RecordWriter {
public:
   RecordWriter &number(std::uint64_t value) {
      for (; value >= 0x80; value >>= 7)
         out_.push_back(static_cast<std::uint8_t>(value | 0x80));
      out_.push_back(static_cast<std::uint8_t>(value));
      return *this;
   }
   RecordWriter &text(std::string_view value) {
      number(value.size());
      out_.insert(out_.end(), value.begin(), value.end());
      return *this;
   }
   RecordWriter &flag(bool value) { return number(value ? 1 : 0); }
   RecordWriter &bytes(ByteView value) { return text(as_text(value)); }
   [[nodiscard]] const Bytes &bytes() const { return out_; }

private:
   Bytes out_;
};

/// Throws NEB_E_CORRUPT at the first byte that no writer wrote.
class RecordReader {
public:
   explicit RecordReader(ByteView bytes) : rest_(bytes) {}

   std::uint64_t number() {
      std::uint64_t value = 0;
      for (unsigned shift = 0; shift < 64; shift += 7) {
         if (rest_.empty())
            fail("it ends within a number");
         const std::uint8_t byte = rest_.front();
         rest_ = rest_.subspan(1);
         if (shift == 63 && byte > 1)
            break;
         value |= std::uint64_t{byte & 0x7fu} << shift;
         if ((byte & 0x80) == 0) {
            if (byte == 0 && shift != 0)
               fail("a number is written longer than it is");
            return value;
         }
      }
      fail("a number has more than 64 bits");
   }
   /// A number that is at most `most`.
   std::uint64_t number(std::uint64_t most) {
      const std::uint64_t value = number();
      if (value > most)
         fail("a number is out of its range");
      return value;
   }
   std::uint32_t number32() { return static_cast<std::uint32_t>(number(~std::uint32_t{0})); }
   std::uint8_t number8() { return static_cast<std::uint8_t>(number(~std::uint8_t{0})); }
   /// How many entries follow that take at least `least` bytes each: never more than could be there.
   std::size_t count(std::size_t least) {
      const std::uint64_t value = number();
      if (value > rest_.size() / least)
         fail("it has fewer entries than it says");
      return static_cast<std::size_t>(value);
   }
   std::string text() {
      const std::size_t size = count(1);
      const std::string out(common::as_text(rest_.first(size)));
      rest_ = rest_.subspan(size);
      return out;
   }
   bool flag() { return number(1) == 1; }
   Bytes bytes() {
      const std::string value = text();
      return {value.begin(), value.end()};
   }
   template <std::size_t N>
   std::array<std::uint8_t, N> array() {
      const std::string value = text();
      if (value.size() != N)
         fail("a number has another length");
      std::array<std::uint8_t, N> out;
      std::copy(value.begin(), value.end(), out.begin());
      return out;
   }
   [[nodiscard]] bool at_end() const { return rest_.empty(); }
   void end() const {
      if (!at_end())
         fail("bytes follow its end");
   }
   [[noreturn]] static void fail(const char *why) { throw Error(NEB_E_CORRUPT, why); }

private:
   ByteView rest_;
};

} // namespace nebula::common
