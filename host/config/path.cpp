#include "host/config/path.h"

#include "host/config/limits.h"

#include <charconv>

namespace nebula::host::config {

namespace {

Error bad_path(std::string_view text, std::string_view why) {
   return {"\"" + std::string(text.substr(0, k_max_shown_bytes)) + "\" is not a path: " + std::string(why) +
              " (write it like limits.lines or peers[2].address)",
           ErrorKind::usage};
}

/// Reads a "[12]" at `at`; false when it is malformed.
bool read_index(std::string_view text, std::size_t &at, PathStep &step) {
   const char *first = text.data() + at + 1;
   const char *last = text.data() + text.size();
   const auto [end, problem] = std::from_chars(first, last, step.index);
   if (problem != std::errc{} || end == last || *end != ']')
      return false;
   step.is_index = true;
   at = static_cast<std::size_t>(end - text.data()) + 1;
   return true;
}

/// Reads a bare or quoted key at `at`; false when a quote is not closed.
bool read_key(std::string_view text, std::size_t &at, PathStep &step) {
   if (text[at] == '"') {
      const std::size_t close = text.find('"', at + 1);
      if (close == std::string_view::npos)
         return false;
      step.key = text.substr(at + 1, close - at - 1);
      at = close + 1;
      return true;
   }
   const std::size_t end = std::min(text.find_first_of(".[", at), text.size());
   step.key = text.substr(at, end - at);
   at = end;
   return true;
}

} // namespace

Result<std::vector<PathStep>> parse_path(std::string_view text) {
   std::vector<PathStep> steps;
   std::size_t at = 0;
   while (at < text.size()) {
      PathStep step;
      if (text[at] == '[') {
         if (!read_index(text, at, step))
            return bad_path(text, "a [ needs a number and a ]");
      } else {
         if (!steps.empty() && text[at++] != '.')
            return bad_path(text, "a dot is missing after ] or a quote");
         if (at >= text.size() || !read_key(text, at, step))
            return bad_path(text, at >= text.size() ? "it ends with a dot" : "a quote is not closed");
         if (step.key.empty())
            return bad_path(text, "a name is empty");
      }
      steps.push_back(std::move(step));
      if (steps.size() > k_max_depth)
         return bad_path(text, "it is too deep");
   }
   return steps;
}

std::string join_path(std::string_view path, std::string_view key) {
   std::string joined(path);
   if (!joined.empty())
      joined += '.';
   if (key.empty() || key.find_first_of(".[]\" ") != std::string_view::npos)
      return joined + "\"" + std::string(key) + "\"";
   return joined + std::string(key);
}

std::string join_path(std::string_view path, std::size_t index) {
   return std::string(path) + "[" + std::to_string(index) + "]";
}

bool same_folded(std::string_view a, std::string_view b) {
   const auto fold = [](char c) {
      if (c == '-' || c == '.')
         return '_';
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
   };
   if (a.size() != b.size())
      return false;
   for (std::size_t i = 0; i < a.size(); ++i)
      if (fold(a[i]) != fold(b[i]))
         return false;
   return true;
}

} // namespace nebula::host::config
