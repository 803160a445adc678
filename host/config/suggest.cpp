#include "host/config/suggest.h"

#include "host/config/limits.h"

#include <algorithm>

namespace nebula::host::config {

namespace {

constexpr std::size_t k_max_listed = 16; // known words listed when none is near

char fold(char c) {
   if (c == '-' || c == '.')
      return '_';
   return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
   std::vector<std::size_t> before_last(b.size() + 1);
   std::vector<std::size_t> last(b.size() + 1);
   std::vector<std::size_t> row(b.size() + 1);
   for (std::size_t j = 0; j <= b.size(); ++j)
      row[j] = j;
   for (std::size_t i = 1; i <= a.size(); ++i) {
      before_last.swap(last);
      last.swap(row);
      row[0] = i;
      for (std::size_t j = 1; j <= b.size(); ++j) {
         const bool same = fold(a[i - 1]) == fold(b[j - 1]);
         row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0u : 1u)});
         if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1]))
            row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
   }
   return row[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string> &known) {
   if (word.empty() || word.size() > k_max_suggest_bytes)
      return {};
   const std::string *best = nullptr;
   std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
   for (const std::string &candidate : known) {
      if (candidate.size() > k_max_suggest_bytes)
         continue;
      std::size_t distance = edit_distance(word, candidate);
      if (word.size() >= 3 && (candidate.starts_with(word) || word.starts_with(candidate)) && candidate.size() >= 3)
         distance = std::min<std::size_t>(distance, 1); // "diff" for "difficulty"
      if (distance < best_distance && distance < std::max(word.size(), candidate.size())) {
         best = &candidate;
         best_distance = distance;
      }
   }
   return best ? *best : std::string();
}

std::string suggestion(std::string_view word, const std::vector<std::string> &known) {
   if (const std::string near = nearest(word, known); !near.empty())
      return "; did you mean \"" + near + "\"?";
   if (known.empty() || known.size() > k_max_listed)
      return {};
   std::string text = "; known here: ";
   for (const std::string &name : known)
      text += (&name == &known.front() ? "" : ", ") + name;
   return text;
}

} // namespace nebula::host::config
