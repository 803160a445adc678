#include "arguments.h"

namespace nebula::chain {
namespace {

std::string list(const std::set<std::string> &a, const std::set<std::string> &b) {
   std::string out;
   for (const auto *names : {&a, &b}) {
      for (const std::string &name : *names)
         out += (out.empty() ? "" : ", ") + name;
   }
   return out;
}

} // namespace

Result<Arguments> parse_arguments(std::span<const std::string_view> args, const std::set<std::string> &flags,
                                  const std::set<std::string> &with_value) {
   Arguments out;
   bool options = true;
   for (std::size_t i = 0; i < args.size(); ++i) {
      const std::string word(args[i]);
      if (!options || !word.starts_with("--")) {
         out.words.push_back(word);
         continue;
      }
      if (word == "--") {
         options = false;
         continue;
      }
      const std::size_t equals = word.find('=');
      const std::string name = word.substr(0, equals);
      if (flags.contains(name) && equals == std::string::npos) {
         out.flags.insert(name);
      } else if (with_value.contains(name)) {
         if (equals == std::string::npos && i + 1 == args.size())
            return invalid(name + " needs a value after it");
         out.values[name] = equals == std::string::npos ? std::string(args[++i]) : word.substr(equals + 1);
      } else {
         return invalid("option " + word + " is unknown here; known are " + list(flags, with_value));
      }
   }
   return out;
}

} // namespace nebula::chain
