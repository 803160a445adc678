#include "ext/bus.h"

namespace nebula::host {
namespace {
constexpr std::size_t k_topic_max = 128;
}

bool is_topic(std::string_view topic) {
   if (topic.empty() || topic.size() > k_topic_max)
      return false;
   char before = '.';
   for (const char c : topic) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
      if (!letter && (c != '.' || before == '.'))
         return false;
      before = c;
   }
   return before != '.';
}

bool is_topic_pattern(std::string_view pattern) {
   if (pattern == "*")
      return true;
   if (pattern.ends_with(".*"))
      pattern.remove_suffix(2);
   return is_topic(pattern);
}

bool topic_matches(std::string_view pattern, std::string_view topic) {
   if (pattern == "*")
      return true;
   if (pattern.ends_with(".*"))
      return topic.starts_with(pattern.substr(0, pattern.size() - 1));
   return pattern == topic;
}

} // namespace nebula::host
