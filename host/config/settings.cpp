#include "host/config/settings.h"

#include "host/config/embedded.h"
#include "host/config/merge.h"
#include "host/config/path.h"
#include "host/config/suggest.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace nebula::host::config {

const SchemaPtr &node_schema() {
   static const SchemaPtr schema = [] {
      auto parsed = parse_schema(embedded_node_schema(), Unlisted::refused);
      if (!parsed) { // the program was built with a broken node_schema.json
         std::fprintf(stderr, "nebula: programming error: %s\n", parsed.error().message.c_str());
         std::abort();
      }
      return *parsed;
   }();
   return schema;
}

void check_instances(const Value &root, Mistakes &mistakes) {
   const Value *plugins = root.find("plugins");
   if (plugins == nullptr)
      return;
   std::map<std::string, const Value *> seen;
   std::vector<std::string> names;
   for (std::size_t i = 0; i < plugins->items().size(); ++i) {
      const Value &entry = plugins->items()[i];
      const std::string name = instance_name(entry);
      if (name.empty())
         continue;
      names.push_back(name);
      const auto [first, is_new] = seen.emplace(name, &entry);
      if (!is_new)
         mistakes.add(entry.origin(), join_path("plugins", i),
                      "a plugin instance \"" + name + "\" is already at " + first->second->where() +
                         "; give this one a name of its own, such as \"as: " + name + "-2\"");
   }
   const Value *levels = root.at("log.levels");
   for (const Entry &level : levels ? levels->entries() : std::vector<Entry>())
      if (seen.find(level.key) == seen.end())
         mistakes.add(level.key_origin, join_path("log.levels", level.key),
                      "there is no plugin instance of this name" + suggestion(level.key, names));
}

namespace {

std::string text_at(const Value &map, std::string_view path) {
   const Value *value = map.at(path);
   return value && value->as_string() ? std::string(*value->as_string()) : std::string();
}

std::optional<std::string> optional_text(const Value &map, std::string_view path) {
   const Value *value = map.at(path);
   return value && value->as_string() ? std::optional(std::string(*value->as_string())) : std::nullopt;
}

std::uint64_t whole_at(const Value &map, std::string_view path) {
   const Value *value = map.at(path);
   return value && value->as_uint() ? *value->as_uint() : 0;
}

std::vector<std::string> texts_at(const Value &map, std::string_view path) {
   std::vector<std::string> texts;
   if (const Value *list = map.at(path))
      for (const Value &item : list->items())
         texts.emplace_back(item.as_string().value_or(""));
   return texts;
}

LogSettings log_of(const Value &root) {
   LogSettings log;
   log.level = text_at(root, "log.level");
   log.format = text_at(root, "log.format");
   log.file = optional_text(root, "log.file");
   log.max_size = whole_at(root, "log.max_size");
   log.max_files = whole_at(root, "log.max_files");
   if (const Value *levels = root.at("log.levels"))
      for (const Entry &entry : levels->entries())
         log.levels.emplace_back(entry.key, entry.value.as_string().value_or("info"));
   return log;
}

} // namespace

std::optional<PluginSettings> plugin_settings_of(const Value &entry, std::size_t index) {
   PluginSettings plugin;
   plugin.id = text_at(entry, "id");
   if (plugin.id.empty())
      return std::nullopt;
   plugin.instance = instance_name(entry);
   plugin.path = optional_text(entry, "path");
   plugin.sha256 = optional_text(entry, "sha256");
   if (plugin.sha256)
      std::transform(plugin.sha256->begin(), plugin.sha256->end(), plugin.sha256->begin(),
                     [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
   const Value *required = entry.find("required");
   plugin.required = !required || required->as_bool().value_or(true);
   const Value *isolation = entry.find("isolation");
   plugin.isolated = isolation && isolation->as_string() == "process";
   plugin.isolation_origin = isolation ? isolation->origin() : entry.origin();
   const Value *config = entry.find("config");
   plugin.config = !config ? Value::map({}, entry.origin()) : config->is_map() ? *config : config->with_poison();
   plugin.origin = entry.origin();
   plugin.path_in_file = join_path("plugins", index);
   return plugin;
}

Settings settings_of(const Value &root) {
   Settings settings;
   settings.name = text_at(root, "node.name");
   settings.data = text_at(root, "node.data");
   settings.network = text_at(root, "node.network");
   if (const Value *plugins = root.find("plugins"))
      for (std::size_t i = 0; i < plugins->items().size(); ++i)
         if (auto plugin = plugin_settings_of(plugins->items()[i], i))
            settings.plugins.push_back(std::move(*plugin));
   if (const Value *algorithms = root.find("algorithms"))
      for (const Entry &entry : algorithms->entries())
         settings.algorithms.push_back(
            {entry.key, text_at(entry.value, "select"), texts_at(entry.value, "fallback"), entry.key_origin});
   settings.log = log_of(root);
   settings.executor_threads = whole_at(root, "executor.threads");
   settings.plugin_path = texts_at(root, "plugin_path");
   return settings;
}

} // namespace nebula::host::config
