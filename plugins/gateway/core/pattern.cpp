#include "core/pattern.h"

#include <nebula/text.hpp>

namespace nebula::gateway {

namespace {

[[nodiscard]] std::vector<std::string_view> segments_of(std::string_view path) {
   std::vector<std::string_view> segments;
   while (!path.empty()) {
      path.remove_prefix(1); // the slash
      const auto end = path.find('/');
      segments.push_back(path.substr(0, end));
      path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
   }
   return segments;
}

[[nodiscard]] int hex_digit(char c) {
   if (c >= '0' && c <= '9') {
      return c - '0';
   }
   const char lower = static_cast<char>(c | 0x20);
   return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

[[nodiscard]] bool is_name(std::string_view text) {
   return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

} // namespace

std::optional<Pattern> Pattern::parse(std::string_view text, std::string &why) {
   if (text.empty() || text.front() != '/' || text.size() > k_pattern_bytes_max) {
      why = "a route begins with / and has at most 256 bytes";
      return std::nullopt;
   }
   Pattern pattern;
   pattern.text_ = text;
   for (const auto segment : segments_of(text == "/" ? std::string_view() : text)) {
      if (pattern.segments_.size() == k_pattern_segments_max) {
         why = "a route has at most 16 segments";
         return std::nullopt;
      }
      const bool named = segment.starts_with('{') && segment.ends_with('}');
      if (named ? !is_name(segment.substr(1, segment.size() - 2))
                : segment.find_first_of("{}?#%") != std::string_view::npos) {
         why = "\"" + std::string(segment) + "\" is neither plain text nor {name}";
         return std::nullopt;
      }
      if (segment.empty()) {
         why = "a route has no empty segment";
         return std::nullopt;
      }
      pattern.segments_.push_back({named ? std::string() : std::string(segment)});
   }
   return pattern;
}

std::optional<std::vector<std::string_view>> Pattern::match(std::string_view path) const {
   if (path.empty() || path.front() != '/') {
      return std::nullopt;
   }
   if (text_ == "/") {
      return path == "/" ? std::optional(std::vector<std::string_view>{}) : std::nullopt;
   }
   const auto given = segments_of(path);
   if (given.size() != segments_.size()) {
      return std::nullopt;
   }
   std::vector<std::string_view> values;
   for (std::size_t i = 0; i < given.size(); ++i) {
      if (segments_[i].fixed.empty()) {
         if (given[i].empty()) {
            return std::nullopt;
         }
         values.push_back(given[i]);
      } else if (segments_[i].fixed != given[i]) {
         return std::nullopt;
      }
   }
   return values;
}

bool Pattern::clashes(const Pattern &other) const {
   if (segments_.size() != other.segments_.size()) {
      return false;
   }
   for (std::size_t i = 0; i < segments_.size(); ++i) {
      if (segments_[i].fixed != other.segments_[i].fixed) {
         return false;
      }
   }
   return true;
}

bool Pattern::more_specific_than(const Pattern &other) const {
   for (std::size_t i = 0; i < segments_.size() && i < other.segments_.size(); ++i) {
      const bool fixed = !segments_[i].fixed.empty();
      if (fixed != !other.segments_[i].fixed.empty()) {
         return fixed;
      }
   }
   return segments_.size() > other.segments_.size();
}

std::optional<std::string> decode_path(std::string_view raw) {
   std::string path;
   path.reserve(raw.size());
   for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] == '\0') {
         return std::nullopt;
      }
      if (raw[i] != '%') {
         path += raw[i];
         continue;
      }
      const int high = i + 2 < raw.size() ? hex_digit(raw[i + 1]) : -1;
      const int low = i + 2 < raw.size() ? hex_digit(raw[i + 2]) : -1;
      const char c = static_cast<char>(high * 16 + low);
      if (high < 0 || low < 0 || c == '\0' || c == '/') {
         return std::nullopt;
      }
      path += c;
      i += 2;
   }
   if (!is_utf8(path)) {
      return std::nullopt;
   }
   return path;
}

} // namespace nebula::gateway
