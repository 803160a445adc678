#include "arguments.h"

#include <algorithm>
#include <charconv>

namespace nebula::pool {
namespace {

const Option *find(std::span<const Option> options, std::string_view name) {
   const auto found = std::ranges::find(options, name, &Option::name);
   return found == options.end() ? nullptr : &*found;
}

std::string known(std::span<const Option> options) {
   std::string out;
   for (const Option &option : options)
      out += (out.empty() ? "" : ", ") + std::string(option.name);
   return out;
}

template <class Number>
Number parsed(std::string_view name, const std::string &text, Number least, Number most) {
   Number number{};
   const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
   if (wrong != std::errc{} || end != text.data() + text.size() || !(number >= least && number <= most)) {
      std::string limits[2] = {std::to_string(least), std::to_string(most)};
      for (std::string &limit : limits)
         if (limit.find('.') != std::string::npos)
            limit.erase(std::min(limit.find_last_not_of('0') + 1, limit.size()));
      for (std::string &limit : limits)
         if (limit.ends_with('.'))
            limit.pop_back();
      throw UsageError(std::string(name) + " \"" + text + "\" must be a number from " + limits[0] + " to " + limits[1]);
   }
   return number;
}

} // namespace

Arguments::Arguments(std::span<const Option> options, std::span<const std::string_view> words) : options_(options) {
   for (std::size_t i = 0; i < words.size(); ++i) {
      const std::size_t equals = words[i].find('=');
      const Option *option = find(options, words[i].substr(0, equals));
      if (!option)
         throw UsageError("\"" + std::string(words[i]) + "\" is unknown here; known are " + known(options));
      if (option->value.empty()) {
         if (equals != std::string_view::npos)
            throw UsageError(std::string(option->name) + " takes no value");
         given_[option->name] = {};
      } else if (equals != std::string_view::npos) {
         given_[option->name] = words[i].substr(equals + 1);
      } else {
         if (i + 1 == words.size())
            throw UsageError(std::string(option->name) + " needs a value after it");
         given_[option->name] = words[++i];
      }
   }
}

std::string Arguments::text(std::string_view name) const {
   const auto found = given_.find(name);
   return std::string(found == given_.end() ? find(options_, name)->fallback : found->second);
}

std::uint64_t Arguments::whole(std::string_view name, std::uint64_t least, std::uint64_t most) const {
   return parsed(name, text(name), least, most);
}

double Arguments::number(std::string_view name, double least, double most) const {
   return parsed(name, text(name), least, most);
}

std::string described(std::span<const Option> options) {
   constexpr std::size_t k_column = 28;
   std::string out;
   for (const Option &option : options) {
      std::string left = "  " + std::string(option.name);
      if (!option.value.empty())
         left += " " + std::string(option.value);
      left.resize(std::max(left.size() + 2, k_column), ' ');
      out += left + std::string(option.text);
      if (!option.fallback.empty())
         out += " (" + std::string(option.fallback) + ")";
      out += '\n';
   }
   return out;
}

} // namespace nebula::pool
