#include "host/validate/check.h"
#include "host/validate/validate.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace nebula::host::validation {
namespace json = boost::json;
namespace {

constexpr std::size_t k_word_width = 9;  // "skipped" and a gap
constexpr std::size_t k_name_width = 22; // "text-relocations" and a gap

std::string_view group_of(std::string_view id) {
   return id.substr(0, id.find('.'));
}

std::string padded(std::string_view text, std::size_t width) {
   std::string out(text);
   out.append(width > out.size() ? width - out.size() : 1, ' ');
   return out;
}

// "  FAILED   exports               It exports nothing but ..." and the reason below.
std::string lines_of(const Report &report, const CheckReport &check) {
   const auto outcome = check.verdict.outcome;
   const std::string_view word = outcome == Verdict::Outcome::passed   ? "ok"
                                 : outcome == Verdict::Outcome::failed ? "FAILED"
                                                                       : "skipped";
   std::string out = "  " + padded(word, k_word_width) +
                     padded(check.id.substr(group_of(check.id).size() + 1), k_name_width) +
                     std::string(check.sentence) + "\n";
   const std::string indent(2 + k_word_width + k_name_width, ' ');
   if (!check.verdict.text.empty())
      out += indent + check.verdict.text + "\n";
   if (!check.verdict.reproduce.empty())
      out += indent + "again: " + report.command + " --only " + std::string(check.id) + " --reproduce " +
             check.verdict.reproduce + "\n";
   return out;
}

std::string counted(std::size_t count, std::string_view what) {
   return std::to_string(count) + " " + std::string(what);
}

} // namespace

std::size_t Report::count(Verdict::Outcome outcome) const {
   return static_cast<std::size_t>(std::count_if(
      checks.begin(), checks.end(), [&](const CheckReport &check) { return check.verdict.outcome == outcome; }));
}

std::string to_text(const Report &report) {
   std::string out = report.file + " (seed " + std::to_string(report.seed) + ")\n";
   for (auto check = report.checks.begin(); check != report.checks.end();) {
      const auto group = group_of(check->id);
      const auto end = std::find_if(check, report.checks.end(),
                                    [&](const CheckReport &other) { return group_of(other.id) != group; });
      out += "\n" + std::string(group) + "\n";
      const bool skipped_for_one_reason = std::all_of(check, end, [&](const CheckReport &other) {
         return other.verdict.outcome == Verdict::Outcome::skipped && other.verdict.text == check->verdict.text;
      });
      if (skipped_for_one_reason)
         out += "  " + padded("skipped", k_word_width) + padded("all", k_name_width) + check->verdict.text + "\n";
      else
         std::for_each(check, end, [&](const CheckReport &one) { out += lines_of(report, one); });
      check = end;
   }
   out += "\n" + counted(report.count(Verdict::Outcome::passed), "passed, ") +
          counted(report.count(Verdict::Outcome::failed), "failed, ") +
          counted(report.count(Verdict::Outcome::skipped), "skipped");
   return out + "\n";
}

std::string to_json(const Report &report) {
   json::array checks;
   for (const auto &check : report.checks)
      checks.push_back(json::object{{"id", check.id},
                                    {"sentence", check.sentence},
                                    {"outcome", to_string(check.verdict.outcome)},
                                    {"text", check.verdict.text},
                                    {"reproduce", check.verdict.reproduce}});
   return json::serialize(json::object{{"file", report.file},
                                       {"good", report.good()},
                                       {"seed", report.seed},
                                       {"passed", report.count(Verdict::Outcome::passed)},
                                       {"failed", report.count(Verdict::Outcome::failed)},
                                       {"skipped", report.count(Verdict::Outcome::skipped)},
                                       {"checks", std::move(checks)}}) +
          "\n";
}

} // namespace nebula::host::validation
