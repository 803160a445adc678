#include "host/config/overrides.h"

#include "host/config/limits.h"
#include "host/config/merge.h"
#include "host/config/path.h"
#include "host/config/scalar.h"
#include "host/config/text.h"
#include "host/config/yaml_reader.h"

#include <algorithm>

namespace nebula::host::config {

namespace {

constexpr std::string_view k_prefix = "NEBULA__";

std::string lower(std::string_view text) {
   std::string out(text);
   std::transform(out.begin(), out.end(), out.begin(),
                  [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
   return out;
}

/// "[1, 2]" and "{a: 1}" become list and map; what does not parse as one ("[::1]:3333") stays text.
Value override_value(const std::string &text, const Origin &origin) {
   if (text.starts_with('[') || text.starts_with('{')) {
      Mistakes not_yaml;
      const auto value = read_yaml(text, origin, not_yaml);
      if (value && !value->is_scalar())
         return value->with_written(text);
   }
   return plain_scalar(text, origin);
}

/// Lays `value` over `root` at `keys`.
Value set(const Value &root, const std::vector<std::string> &keys, const std::string &text, const Origin &origin,
          Mistakes &mistakes) {
   const auto refuse = [&](std::string why) {
      mistakes.add(origin, "", std::move(why));
      return root;
   };
   if (keys.empty())
      return refuse("names no setting; name one like node.name (NEBULA__NODE__NAME in the environment)");
   if (keys.size() > k_max_depth)
      return refuse("is deeper than " + std::to_string(k_max_depth) + " names");
   if (std::any_of(keys.begin(), keys.end(), [](const std::string &key) { return key.empty(); }))
      return refuse("has an empty name between two separators");
   if (same_folded(keys[0], "extends") || same_folded(keys[0], "profiles"))
      return refuse("\"" + keys[0] + "\" can only be set in a file");
   if (text.size() > k_max_scalar_bytes || find_bad_utf8(text) || text.find('\0') != std::string::npos)
      return refuse("the value is no UTF-8 text of at most " + std::to_string(k_max_scalar_bytes) + " bytes");
   Value overlay = override_value(text, origin);
   for (auto key = keys.rbegin(); key != keys.rend(); ++key)
      overlay = Value::map({{*key, origin, std::move(overlay)}}, origin);
   return merge(root, overlay, KeyMatch::folded, mistakes);
}

std::vector<std::string> keys_of_variable(std::string_view name) {
   std::vector<std::string> keys;
   name.remove_prefix(k_prefix.size());
   while (true) {
      const std::size_t end = name.find("__");
      keys.push_back(lower(name.substr(0, end)));
      if (end == std::string_view::npos)
         return keys;
      name.remove_prefix(end + 2);
   }
}

} // namespace

Value apply_environment(const Value &root, const Variables &environment, Mistakes &mistakes) {
   Value result = root;
   for (const auto &[name, value] : environment) {
      if (!name.starts_with(k_prefix))
         continue;
      Origin origin;
      origin.layer = Layer::environment;
      origin.source = std::make_shared<const std::string>("environment variable " + name);
      result = set(result, keys_of_variable(name), value, origin, mistakes);
   }
   return result;
}

Value apply_env_file(const Value &root, const std::vector<EnvLine> &lines, Mistakes &mistakes) {
   Value result = root;
   for (const EnvLine &line : lines)
      if (line.name.starts_with(k_prefix))
         result = set(result, keys_of_variable(line.name), line.value, line.origin, mistakes);
   return result;
}

Value apply_overrides(const Value &root, const std::vector<Override> &overrides, Mistakes &mistakes) {
   Value result = root;
   for (const Override &item : overrides) {
      Origin origin;
      origin.layer = Layer::command_line;
      origin.source = std::make_shared<const std::string>(item.spelled.empty() ? "--set " + item.path : item.spelled);
      const auto steps = parse_path(item.path);
      if (!steps) {
         mistakes.add(origin, "", steps.error().message);
         continue;
      }
      if (std::any_of(steps->begin(), steps->end(), [](const PathStep &step) { return step.is_index; })) {
         mistakes.add(origin, "",
                      "a list item cannot be set alone; give the whole list, like 'a.b=[x, y]', and address a plugin "
                      "by its instance name, like plugins.miner.config.threads=2");
         continue;
      }
      std::vector<std::string> keys;
      for (const PathStep &step : *steps)
         keys.push_back(step.key);
      result = set(result, keys, item.value, origin, mistakes);
   }
   return result;
}

} // namespace nebula::host::config
