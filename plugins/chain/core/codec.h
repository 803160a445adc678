#pragma once

/// Little-endian reading and writing with lengths that are checked before anything is touched.

#include "types.h"

namespace nebula::chain {

/// Appends to a byte string.
class Writer {
public:
   Writer() = default;
   /// Of so many bytes, or somewhat more.
   explicit Writer(std::size_t bytes) { out_.reserve(bytes); }

   void u8(std::uint8_t value) { out_.push_back(value); }
   void u16(std::uint16_t value) { number(value, 2); }
   void u32(std::uint32_t value) { number(value, 4); }
   void u64(std::uint64_t value) { number(value, 8); }
   void bytes(ByteView value) { out_.insert(out_.end(), value.begin(), value.end()); }

   [[nodiscard]] const Bytes &view() const { return out_; }
   [[nodiscard]] Bytes take() { return std::move(out_); }

private:
   void number(std::uint64_t value, unsigned size) {
      for (unsigned i = 0; i < size; ++i)
         out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
   }
   Bytes out_;
};

/// Reads from borrowed bytes. Past the end every read gives zeros and `failed()` stays true: check it once, after the
/// last read and before using a value that sizes something.
class Reader {
public:
   explicit Reader(ByteView bytes) : rest_(bytes) {}

   std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
   std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
   std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
   std::uint64_t u64() { return number(8); }

   template <std::size_t N>
   void array(std::array<std::uint8_t, N> &out) {
      const ByteView taken = bytes(N);
      if (!failed_)
         std::memcpy(out.data(), taken.data(), N);
   }

   /// Borrowed; empty on failure.
   ByteView bytes(std::size_t size) {
      if (failed_ || size > rest_.size()) {
         failed_ = true;
         return {};
      }
      const ByteView taken = rest_.first(size);
      rest_ = rest_.subspan(size);
      return taken;
   }

   [[nodiscard]] bool failed() const { return failed_; }
   [[nodiscard]] std::size_t remaining() const { return failed_ ? 0 : rest_.size(); }
   /// Everything was read, and nothing was missing.
   [[nodiscard]] bool complete() const { return !failed_ && rest_.empty(); }

private:
   std::uint64_t number(std::size_t size) {
      const ByteView taken = bytes(size);
      std::uint64_t value = 0;
      for (std::size_t i = taken.size(); i-- > 0;)
         value = value << 8 | taken[i];
      return value;
   }

   ByteView rest_;
   bool failed_ = false;
};

} // namespace nebula::chain
