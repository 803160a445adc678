#include "host/config/plugin_schemas.h"

#include "host/config/path.h"
#include "host/config/validate.h"

namespace nebula::host::config {

Value validate_plugin_config(const PluginSettings &plugin, const Schema &schema, Mistakes &mistakes) {
   return validate(plugin.config, schema, join_path(plugin.path_in_file, "config"), mistakes);
}

Value complete_plugins(const Value &root, const SchemaOf &schema_of, Mistakes &mistakes) {
   const Value *plugins = root.find("plugins");
   if (plugins == nullptr || !plugins->is_list())
      return root;
   std::vector<Value> items = plugins->items();
   for (std::size_t i = 0; i < items.size(); ++i) {
      const auto plugin = plugin_settings_of(items[i], i);
      const Schema *schema = plugin ? schema_of(plugin->id) : nullptr;
      if (schema == nullptr)
         continue;
      std::vector<Entry> members = items[i].entries();
      for (Entry &member : members)
         if (member.key == "config")
            member.value = validate_plugin_config(*plugin, *schema, mistakes);
      items[i] = items[i].with_entries(std::move(members));
   }
   std::vector<Entry> entries = root.entries();
   for (Entry &entry : entries)
      if (entry.key == "plugins")
         entry.value = entry.value.with_items(items);
   return root.with_entries(std::move(entries));
}

} // namespace nebula::host::config
