#include "host/config/pattern.h"

#include "host/config/limits.h"

#include <regex>

namespace nebula::host::config {

struct Pattern::Compiled {
   std::regex regex;
};

Result<Pattern> Pattern::compile(std::string_view expression) {
   if (expression.size() > k_max_pattern_bytes)
      return Error{"a pattern has at most " + std::to_string(k_max_pattern_bytes) + " bytes", ErrorKind::configuration};
   auto flags = std::regex::ECMAScript | std::regex::optimize;
#ifdef __GLIBCXX__
   flags |= std::regex_constants::__polynomial; // simulate the automaton instead of backtracking; no back-references
#endif
   Pattern pattern;
   pattern.expression_ = expression;
   try {
      pattern.compiled_ = std::make_shared<const Compiled>(Compiled{std::regex(pattern.expression_, flags)});
   } catch (const std::regex_error &bad) {
      return Error{"\"" + pattern.expression_ + "\" is not a regular expression: " + bad.what(),
                   ErrorKind::configuration};
   }
   return pattern;
}

bool Pattern::found_in(std::string_view text) const {
   return text.size() <= k_max_matched_bytes && std::regex_search(text.begin(), text.end(), compiled_->regex);
}

} // namespace nebula::host::config
