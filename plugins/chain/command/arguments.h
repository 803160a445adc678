#pragma once

/// The words after `nebula wallet send`: options with and without values, in any place, and the rest.

#include "core/types.h"

#include <map>
#include <set>
#include <span>
#include <vector>

namespace nebula::chain {

struct Arguments {
   std::vector<std::string> words;
   std::set<std::string> flags;
   std::map<std::string, std::string> values;

   [[nodiscard]] bool has(const std::string &flag) const { return flags.contains(flag); }
   [[nodiscard]] std::string value(const std::string &name, std::string fallback = {}) const {
      const auto found = values.find(name);
      return found == values.end() ? fallback : found->second;
   }
};

/// `--name value` and `--name=value` for those in `with_value`, `--name` for those in `flags`; `--` ends the options.
/// An unknown option is an error that lists the known ones.
[[nodiscard]] Result<Arguments> parse_arguments(std::span<const std::string_view> args,
                                                const std::set<std::string> &flags,
                                                const std::set<std::string> &with_value);

} // namespace nebula::chain
