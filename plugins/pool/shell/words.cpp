#include "words.h"

#include <nebula/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <charconv>

namespace nebula::pool {

namespace json = boost::json;

Words words_of(std::string_view params_json) {
   json::error_code failed;
   const json::value parsed = json::parse(params_json.empty() ? "{}" : params_json, failed);
   const json::object *members = failed ? nullptr : parsed.if_object();
   if (members == nullptr)
      throw Error(NEB_E_INVALID, "the request's parameters must be a JSON object");
   Words out;
   const json::value *arguments = members->if_contains("arguments");
   if (arguments == nullptr)
      return out;
   if (!arguments->is_array())
      throw Error(NEB_E_INVALID, "\"arguments\" must be an array of texts");
   for (const json::value &one : arguments->get_array()) {
      if (!one.is_string())
         throw Error(NEB_E_INVALID, "\"arguments\" must be an array of texts");
      out.emplace_back(one.get_string());
   }
   return out;
}

void expect(const Words &words, std::size_t least, std::size_t most, const char *usage) {
   if (words.size() < least || words.size() > most)
      throw Error(NEB_E_INVALID, "usage: ", usage);
}

std::uint64_t number_of(const std::string &text, std::uint64_t most, const char *usage) {
   std::uint64_t number = 0;
   const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
   if (wrong != std::errc{} || end != text.data() + text.size() || number > most)
      throw Error(NEB_E_INVALID, "\"", text.substr(0, 40), "\" must be a whole number up to ", most,
                  "; usage: ", usage);
   return number;
}

std::uint64_t duration_of(const std::string &text, const char *usage) {
   static constexpr std::pair<char, std::uint64_t> k_units[] = {{'s', 1}, {'m', 60}, {'h', 3'600}, {'d', 86'400}};
   constexpr std::uint64_t k_longest_s = 365 * 86'400;
   for (const auto &unit : k_units)
      if (text.size() > 1 && text.back() == unit.first)
         return number_of(text.substr(0, text.size() - 1), k_longest_s / unit.second, usage) * unit.second *
                1'000'000'000;
   throw Error(NEB_E_INVALID, "\"", text.substr(0, 40), "\" is not a time such as 90s, 10m, 2h or 1d; usage: ", usage);
}

} // namespace nebula::pool
