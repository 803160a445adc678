#include "json_line.h"

#include <nebula/text.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace nebula::common {
namespace {

bool is_digit(char c) {
   return c >= '0' && c <= '9';
}

std::optional<unsigned> hex_digit(char c) {
   if (is_digit(c))
      return static_cast<unsigned>(c - '0');
   if (c >= 'a' && c <= 'f')
      return static_cast<unsigned>(c - 'a' + 10);
   if (c >= 'A' && c <= 'F')
      return static_cast<unsigned>(c - 'A' + 10);
   return std::nullopt;
}

std::optional<unsigned> unit_at(std::string_view text, std::size_t at) {
   if (at + 4 > text.size())
      return std::nullopt;
   unsigned unit = 0;
   for (std::size_t i = 0; i < 4; ++i) {
      const auto digit = hex_digit(text[at + i]);
      if (!digit)
         return std::nullopt;
      unit = unit << 4 | *digit;
   }
   return unit;
}

void append_utf8(std::string &out, unsigned code) {
   const auto add = [&](unsigned byte) { out.push_back(static_cast<char>(byte)); };
   if (code < 0x80) {
      add(code);
   } else if (code < 0x800) {
      add(0xC0 | code >> 6);
      add(0x80 | (code & 0x3F));
   } else if (code < 0x10000) {
      add(0xE0 | code >> 12);
      add(0x80 | (code >> 6 & 0x3F));
      add(0x80 | (code & 0x3F));
   } else {
      add(0xF0 | code >> 18);
      add(0x80 | (code >> 12 & 0x3F));
      add(0x80 | (code >> 6 & 0x3F));
      add(0x80 | (code & 0x3F));
   }
}

constexpr unsigned k_replacement = 0xFFFD;

/// Resolves the escape after the backslash at `at` - 1 and moves `at` behind it. The parser has seen that it is one.
void append_escape(std::string &out, std::string_view text, std::size_t &at) {
   const char c = text[at++];
   if (c != 'u') {
      out.push_back(c == 'b' ? '\b' : c == 'f' ? '\f' : c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c);
      return;
   }
   unsigned code = unit_at(text, at).value_or(k_replacement);
   at += 4;
   if (code >= 0xD800 && code < 0xDC00 && text.substr(at).starts_with("\\u")) {
      const unsigned low = unit_at(text, at + 2).value_or(0);
      if (low >= 0xDC00 && low < 0xE000) {
         code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
         at += 6;
      }
   }
   append_utf8(out, code >= 0xD800 && code < 0xE000 ? k_replacement : code);
}

} // namespace

const char *JsonLine::parse(std::string_view line) {
   line_ = line;
   at_ = 0;
   used_ = 0;
   wrong_ = nullptr;
   if (line.size() > UINT32_MAX)
      return "it is too long";
   if (!value(0))
      return wrong_;
   skip_space();
   return at_ == line_.size() ? nullptr : "something follows the JSON value";
}

void JsonLine::skip_space() {
   while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t' || line_[at_] == '\r' || line_[at_] == '\n'))
      ++at_;
}

std::optional<std::size_t> JsonLine::open() {
   if (used_ == values_.size())
      return std::nullopt;
   values_[used_] = {};
   return used_++;
}

bool JsonLine::value(unsigned depth) {
   skip_space();
   if (at_ == line_.size())
      return fail("it ends in the middle of the JSON");
   const auto self = open();
   if (!self)
      return fail("it has too many values");
   Entry &entry = values_[*self];
   entry.begin = static_cast<std::uint32_t>(at_);
   const char c = line_[at_];
   const bool good = c == '{'   ? members(depth + 1, *self)
                     : c == '[' ? elements(depth + 1, *self)
                     : c == '"' ? string(*self)
                     : c == 't' ? word("true", JsonKind::boolean, *self)
                     : c == 'f' ? word("false", JsonKind::boolean, *self)
                     : c == 'n' ? word("null", JsonKind::null, *self)
                                : number(*self);
   entry.end = static_cast<std::uint32_t>(at_);
   entry.after = static_cast<std::uint16_t>(used_);
   return good;
}

bool JsonLine::word(std::string_view word, JsonKind kind, std::size_t self) {
   if (!line_.substr(at_).starts_with(word))
      return fail("it is no JSON");
   values_[self].kind = kind;
   at_ += word.size();
   return true;
}

bool JsonLine::number(std::size_t self) {
   values_[self].kind = JsonKind::number;
   const auto digits = [&] {
      const std::size_t from = at_;
      while (at_ < line_.size() && is_digit(line_[at_]))
         ++at_;
      return at_ - from;
   };
   const auto next_is = [&](char c) { return at_ < line_.size() && line_[at_] == c; };
   if (next_is('-'))
      ++at_;
   const bool zero = next_is('0');
   const std::size_t whole = digits();
   if (whole == 0 || (zero && whole > 1))
      return fail("it is no JSON");
   if (next_is('.')) {
      ++at_;
      if (digits() == 0)
         return fail("a number ends in the middle");
   }
   if (next_is('e') || next_is('E')) {
      ++at_;
      if (next_is('+') || next_is('-'))
         ++at_;
      if (digits() == 0)
         return fail("a number ends in the middle");
   }
   return true;
}

bool JsonLine::string(std::size_t self) {
   values_[self].kind = JsonKind::string;
   for (++at_; at_ < line_.size(); ++at_) {
      const char c = line_[at_];
      if (c == '"') {
         ++at_;
         return true;
      }
      if (static_cast<unsigned char>(c) < 0x20)
         return fail("a string has a control character in it");
      if (c != '\\')
         continue;
      values_[self].escaped = true;
      if (++at_ == line_.size())
         break;
      if (line_[at_] == 'u') {
         if (!unit_at(line_, at_ + 1))
            return fail("\\u needs four hexadecimal digits");
         at_ += 4;
      } else if (std::string_view("\"\\/bfnrt").find(line_[at_]) == std::string_view::npos) {
         return fail("a string has an unknown escape in it");
      }
   }
   return fail("a string does not end");
}

bool JsonLine::elements(unsigned depth, std::size_t self) {
   values_[self].kind = JsonKind::array;
   if (depth > k_depth_max)
      return fail("it is nested too deep");
   ++at_;
   skip_space();
   if (at_ < line_.size() && line_[at_] == ']') {
      ++at_;
      return true;
   }
   for (;;) {
      if (!value(depth))
         return false;
      ++values_[self].count;
      skip_space();
      const char c = at_ < line_.size() ? line_[at_] : '\0';
      if (c != ',' && c != ']')
         return fail("an array does not end");
      ++at_;
      if (c == ']')
         return true;
   }
}

/// Names and values stand in turn among the values.
bool JsonLine::members(unsigned depth, std::size_t self) {
   values_[self].kind = JsonKind::object;
   if (depth > k_depth_max)
      return fail("it is nested too deep");
   ++at_;
   skip_space();
   if (at_ < line_.size() && line_[at_] == '}') {
      ++at_;
      return true;
   }
   for (;;) {
      skip_space();
      if (at_ == line_.size() || line_[at_] != '"')
         return fail("an object's member has no name");
      if (!value(depth))
         return false;
      skip_space();
      if (at_ == line_.size() || line_[at_] != ':')
         return fail("an object's member has no value");
      ++at_;
      if (!value(depth))
         return false;
      ++values_[self].count;
      skip_space();
      const char c = at_ < line_.size() ? line_[at_] : '\0';
      if (c != ',' && c != '}')
         return fail("an object does not end");
      ++at_;
      if (c == '}')
         return true;
   }
}

std::string_view JsonLine::Value::raw() const {
   if (!line_)
      return {};
   const Entry &entry = line_->values_[index_];
   return line_->line_.substr(entry.begin, entry.end - entry.begin);
}

std::optional<std::string_view> JsonLine::Value::plain() const {
   if (!is(JsonKind::string) || line_->values_[index_].escaped)
      return std::nullopt;
   const std::string_view quoted = raw();
   return quoted.substr(1, quoted.size() - 2);
}

std::optional<std::string> JsonLine::Value::text() const {
   if (!is(JsonKind::string))
      return std::nullopt;
   const std::string_view quoted = raw();
   const std::string_view inside = quoted.substr(1, quoted.size() - 2);
   std::string out;
   for (std::size_t at = 0; at < inside.size();) {
      if (inside[at] == '\\')
         append_escape(out, inside, ++at);
      else
         out.push_back(inside[at++]);
   }
   return out;
}

std::optional<std::uint64_t> JsonLine::Value::whole() const {
   if (!is(JsonKind::number))
      return std::nullopt;
   const std::string_view digits = raw();
   std::uint64_t out = 0;
   const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
   if (error != std::errc{} || end != digits.data() + digits.size())
      return std::nullopt;
   return out;
}

std::optional<double> JsonLine::Value::number() const {
   if (!is(JsonKind::number))
      return std::nullopt;
   const std::string_view digits = raw();
   double out = 0;
   const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
   if (error != std::errc{} || !std::isfinite(out))
      return std::nullopt;
   return out;
}

std::optional<bool> JsonLine::Value::boolean() const {
   if (!is(JsonKind::boolean))
      return std::nullopt;
   return raw() == "true";
}

JsonLine::Value JsonLine::Value::at(std::size_t place) const {
   if (!is(JsonKind::array) || place >= size())
      return {};
   std::size_t index = index_ + 1;
   for (; place > 0; --place)
      index = line_->values_[index].after;
   return {line_, index};
}

JsonLine::Value JsonLine::Value::operator[](std::string_view name) const {
   Value found;
   if (!is(JsonKind::object))
      return found;
   std::size_t index = index_ + 1;
   for (std::size_t left = size(); left > 0; --left) {
      const Value key{line_, index}, value{line_, line_->values_[index].after};
      if (key.plain() == name)
         found = value;
      index = line_->values_[value.index_].after;
   }
   return found;
}

void append_json_string(std::string &out, std::string_view text) {
   constexpr std::string_view k_hex = "0123456789abcdef";
   const auto stays = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
   out.push_back('"');
   while (!text.empty()) {
      const auto run = static_cast<std::size_t>(std::ranges::find_if_not(text, stays) - text.begin());
      out.append(text.substr(0, run));
      text.remove_prefix(run);
      if (text.empty())
         break;
      const auto c = static_cast<unsigned char>(text.front());
      const std::size_t length = utf8_length(text);
      if (length == 0) {
         append_utf8(out, k_replacement);
      } else if (c == '"' || c == '\\') {
         out.push_back('\\');
         out.push_back(static_cast<char>(c));
      } else if (c < 0x20 || c == 0x7F) {
         out.append("\\u00").append(1, k_hex[c >> 4]).append(1, k_hex[c & 15]);
      } else {
         out.append(text.substr(0, length));
      }
      text.remove_prefix(length == 0 ? 1 : length);
   }
   out.push_back('"');
}

} // namespace nebula::common
