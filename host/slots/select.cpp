#include "host/slots/select.h"

#include "host/slots/text_clauses.h"

#include <nebula/text.hpp>

#include <algorithm>
#include <tuple>

namespace nebula::host {
namespace {

Error wrong(std::string_view clause, std::string_view why) {
   return {"the clause \"" + std::string(clause.substr(0, 128)) + "\" " + std::string(why) +
              "; write clauses such as device=cpu, vendor!=amd or ?simd=avx512, separated by commas",
           ErrorKind::configuration};
}

Result<Clause> parse_clause(std::string_view text) {
   Clause clause;
   std::string_view rest = text;
   if (!rest.empty() && rest.front() == '?') {
      clause.optional = true;
      rest = trimmed(rest.substr(1));
   }
   const auto equals = rest.find('=');
   if (equals == std::string_view::npos)
      return wrong(text, "has no '='");
   auto key = rest.substr(0, equals);
   if (!key.empty() && key.back() == '!') {
      clause.negated = true;
      key.remove_suffix(1);
   }
   clause.key = trimmed(key);
   const char *why = wrong_with_key(clause.key);
   if (why)
      return wrong(text, why);
   auto value = unquoted(trimmed(rest.substr(equals + 1)), why);
   if (!value || (why = wrong_with_value(*value)))
      return wrong(text, why);
   clause.value = std::move(*value);
   return clause;
}

} // namespace

bool Clause::admits(const Properties &properties) const {
   const auto found = properties.find(key);
   const bool equal = found != properties.end() && found->second == value;
   return equal != negated;
}

std::string Clause::text() const {
   return (optional ? "?" : "") + key + (negated ? "!=" : "=") + property_value(value);
}

Result<Selection> Selection::parse(std::string_view text) {
   if (text.size() > k_max_select_bytes)
      return Error{"a selection has at most 1,024 bytes, this one has " + std::to_string(text.size()),
                   ErrorKind::configuration};
   Selection selection;
   for (const auto piece : split_clauses(text)) {
      if (selection.clauses_.size() == k_max_clauses)
         return wrong(piece, "is one too many (at most 16)");
      auto clause = parse_clause(piece);
      if (!clause)
         return clause.error();
      selection.clauses_.push_back(std::move(*clause));
   }
   return selection;
}

std::optional<std::string_view> Selection::required(std::string_view key) const {
   for (const auto &clause : clauses_)
      if (!clause.optional && !clause.negated && clause.key == key)
         return clause.value;
   return std::nullopt;
}

Selection Selection::with(std::string_view key, std::string_view value) const {
   Selection changed = *this;
   for (auto &clause : changed.clauses_)
      if (!clause.optional && !clause.negated && clause.key == key)
         clause.value = value;
   return changed;
}

const Clause *Selection::rejected_by(const Properties &properties) const {
   for (const auto &clause : clauses_)
      if (!clause.optional && !clause.admits(properties))
         return &clause;
   return nullptr;
}

std::size_t Selection::preference(const Properties &properties) const {
   return static_cast<std::size_t>(std::count_if(clauses_.begin(), clauses_.end(), [&](const Clause &clause) {
      return clause.optional && clause.admits(properties);
   }));
}

std::string Selection::text() const {
   std::vector<std::string> texts;
   for (const auto &clause : clauses_)
      texts.push_back(clause.text());
   std::sort(texts.begin(), texts.end());
   texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
   std::string text;
   for (const auto &one : texts)
      text += (text.empty() ? "" : ",") + one;
   return text;
}

std::vector<Verdict> rank(const Selection &selection, const std::vector<Candidate> &candidates) {
   std::vector<Verdict> verdicts;
   for (std::size_t i = 0; i < candidates.size(); ++i) {
      Verdict verdict{i, selection.preference(*candidates[i].properties), {}};
      if (const Clause *clause = selection.rejected_by(*candidates[i].properties))
         verdict.rejected_by = clause->text();
      verdicts.push_back(std::move(verdict));
   }
   const auto rejected = std::stable_partition(verdicts.begin(), verdicts.end(),
                                               [](const Verdict &verdict) { return verdict.rejected_by.empty(); });
   std::sort(verdicts.begin(), rejected, [&](const Verdict &a, const Verdict &b) {
      const auto &left = candidates[a.index];
      const auto &right = candidates[b.index];
      // More preferences first, earlier in node.yaml first, faster first; then by name and place, so that it is total.
      return std::tie(b.preference, left.order, right.rate, left.name, a.index) <
             std::tie(a.preference, right.order, left.rate, right.name, b.index);
   });
   return verdicts;
}

} // namespace nebula::host
