#pragma once

/// Values of a message as bytes, and back. The reader trusts nothing: what does not fit makes it fail for good, and it
/// then gives zeros and empty texts.

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace nebula::host {

class WireWriter {
public:
   template <class Number>
   WireWriter &number(Number value) {
      static_assert(std::is_integral_v<Number>);
      bytes_.append(reinterpret_cast<const char *>(&value), sizeof value); // both ends are this program
      return *this;
   }
   WireWriter &text(std::string_view value) {
      number(static_cast<std::uint32_t>(value.size()));
      bytes_.append(value);
      return *this;
   }
   [[nodiscard]] const std::string &bytes() const noexcept { return bytes_; }

private:
   std::string bytes_;
};

class WireReader {
public:
   explicit WireReader(std::string_view bytes) : left_(bytes) {}

   template <class Number>
   [[nodiscard]] Number number() {
      static_assert(std::is_integral_v<Number>);
      Number value{};
      if (const auto bytes = take(sizeof value); bytes.size() == sizeof value)
         std::memcpy(&value, bytes.data(), sizeof value);
      return value;
   }
   /// At most `limit` bytes.
   [[nodiscard]] std::string text(std::size_t limit) {
      const auto size = number<std::uint32_t>();
      if (size > limit)
         fail();
      return std::string(take(size));
   }
   /// A number of items, at most `limit`.
   [[nodiscard]] std::uint32_t count(std::uint32_t limit) {
      const auto value = number<std::uint32_t>();
      if (value > limit)
         fail();
      return ok_ ? value : 0;
   }
   void fail() noexcept {
      ok_ = false;
      left_ = {};
   }
   [[nodiscard]] bool ok() const noexcept { return ok_; }
   /// Everything was read, and nothing failed.
   [[nodiscard]] bool finished() const noexcept { return ok_ && left_.empty(); }

private:
   [[nodiscard]] std::string_view take(std::size_t size) {
      if (size > left_.size()) {
         fail();
         return {};
      }
      const auto taken = left_.substr(0, size);
      left_.remove_prefix(size);
      return taken;
   }

   std::string_view left_;
   bool ok_ = true;
};

} // namespace nebula::host
