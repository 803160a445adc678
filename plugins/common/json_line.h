#pragma once

/// One line of a miner or a pool, read as JSON (RFC 8259) without building a document: a flat list of values that point
/// into the line. It allocates nothing and costs one pass; what does not fit its limits is refused.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nebula::common {

enum class JsonKind : std::uint8_t { null, boolean, number, string, array, object };

class JsonLine {
public:
   /// The longest login of a real miner has some forty values: its names of algorithms. A request of a dialect nests
   /// three levels.
   static constexpr std::size_t k_values_max = 256;
   static constexpr unsigned k_depth_max = 8;

   class Value {
   public:
      Value() = default;
      /// False for what is absent; every other question to it is answered as to a value of another kind.
      explicit operator bool() const { return line_ != nullptr; }
      [[nodiscard]] bool is(JsonKind kind) const { return line_ && line_->values_[index_].kind == kind; }

      /// As it stands in the line; with its quotes when it is a string. Borrowed like the line.
      [[nodiscard]] std::string_view raw() const;
      /// Between the quotes of a string without escapes; nothing for anything else. Enough for methods, hex and ids.
      [[nodiscard]] std::optional<std::string_view> plain() const;
      /// A string's text with its escapes resolved; nothing for anything else.
      [[nodiscard]] std::optional<std::string> text() const;
      /// A whole number from 0 to 2^64 - 1 without fraction or exponent.
      [[nodiscard]] std::optional<std::uint64_t> whole() const;
      /// Any number that a double holds.
      [[nodiscard]] std::optional<double> number() const;
      [[nodiscard]] std::optional<bool> boolean() const;

      /// Of an array or object.
      [[nodiscard]] std::size_t size() const { return line_ ? line_->values_[index_].count : 0; }
      /// The element of an array; absent when there is none.
      [[nodiscard]] Value at(std::size_t place) const;
      /// The member of an object, the last of that name; absent when there is none. Names with escapes match nothing.
      [[nodiscard]] Value operator[](std::string_view name) const;

   private:
      friend class JsonLine;
      Value(const JsonLine *line, std::size_t index) : line_(line), index_(index) {}
      const JsonLine *line_ = nullptr;
      std::size_t index_ = 0;
   };

   /// Null when `line` is one JSON value, else what is wrong with it, for people. The line must outlive the values.
   [[nodiscard]] const char *parse(std::string_view line);
   [[nodiscard]] Value root() const { return {this, 0}; }

private:
   struct Entry {
      JsonKind kind = JsonKind::null;
      bool escaped = false;    // a string with a backslash in it
      std::uint16_t count = 0; // elements, or members
      std::uint16_t after = 0; // index of the value after this one and all within it
      std::uint32_t begin = 0, end = 0;
   };

   bool value(unsigned depth);
   bool elements(unsigned depth, std::size_t self);
   bool members(unsigned depth, std::size_t self);
   bool string(std::size_t self);
   bool number(std::size_t self);
   bool word(std::string_view word, JsonKind kind, std::size_t self);
   bool fail(const char *why) {
      wrong_ = why;
      return false;
   }
   std::optional<std::size_t> open();
   void skip_space();

   std::string_view line_;
   std::size_t at_ = 0;
   std::size_t used_ = 0;
   const char *wrong_ = nullptr;
   std::array<Entry, k_values_max> values_;
};

/// `text` as a JSON string, quotes included. Bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string &out, std::string_view text);

} // namespace nebula::common
