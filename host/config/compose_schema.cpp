#include "host/config/compose_schema.h"

#include "host/config/embedded.h"
#include "host/config/schema.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace nebula::host::config {

namespace {

namespace json = boost::json;

/// Writes out what the host understands beyond the letter of the schema.
void spell_out(json::value &schema) {
   if (auto *list = schema.if_array()) {
      for (json::value &item : *list)
         spell_out(item);
      return;
   }
   auto *object = schema.if_object();
   if (object == nullptr)
      return;
   if (object->contains("properties") && !object->contains("additionalProperties"))
      object->emplace("additionalProperties", false);
   const json::value *type = object->if_contains("type");
   const json::value *format = object->if_contains("format");
   if (type && format && *type == "integer" && (*format == "duration" || *format == "size"))
      (*object)["type"] = json::array{"integer", "string"};
   for (const char *key : {"items", "additionalProperties", "oneOf", "anyOf"})
      if (json::value *inner = object->if_contains(key))
         spell_out(*inner);
   if (json::value *properties = object->if_contains("properties"); properties && properties->is_object())
      for (auto &property : properties->get_object())
         spell_out(property.value());
}

bool requires_config(const json::object &config) {
   const json::value *required = config.if_contains("required");
   return required && required->is_array() && !required->get_array().empty();
}

/// The branch of `plugins` items for one known plugin.
json::object branch_of(const json::object &entry, const PluginSchema &plugin, json::value config) {
   json::object branch = entry;
   branch["title"] = plugin.id;
   if (!plugin.summary.empty())
      branch["description"] = plugin.summary;
   json::object &properties = branch["properties"].as_object();
   properties["id"] = json::object{{"const", plugin.id}, {"description", plugin.summary}};
   if (config.is_object() && requires_config(config.get_object())) {
      branch["required"] = json::array{"id", "config"};
      config.get_object().erase("default");
   }
   properties["config"] = std::move(config);
   return branch;
}

/// The branch for ids that are not at hand: any `config`.
json::object other_branch(const json::object &entry, const std::vector<PluginSchema> &plugins) {
   json::object branch = entry;
   branch["title"] = "a plugin that is not installed here";
   json::array ids;
   for (const PluginSchema &plugin : plugins)
      ids.emplace_back(plugin.id);
   if (!ids.empty())
      branch["properties"].as_object()["id"].as_object()["not"] = json::object{{"enum", std::move(ids)}};
   return branch;
}

Result<json::value> config_of(const PluginSchema &plugin) {
   const std::string text = plugin.config_json.empty()
                               ? R"({"type":"object","properties":{},"additionalProperties":false})"
                               : plugin.config_json;
   if (const auto checked = parse_schema(text, Unlisted::refused); !checked)
      return checked.error().within("plugin " + plugin.id);
   json::value config = json::parse(text); // parse_schema has read it, so this cannot fail
   spell_out(config);
   return config;
}

} // namespace

Result<std::string> compose_schema(const std::vector<PluginSchema> &plugins) {
   json::value document = json::parse(embedded_node_schema());
   spell_out(document);
   json::object &list = document.as_object()["properties"].as_object()["plugins"].as_object();
   const json::object entry = list["items"].as_object();
   json::array branches;
   for (const PluginSchema &plugin : plugins) {
      auto config = config_of(plugin);
      if (!config)
         return config.error();
      branches.emplace_back(branch_of(entry, plugin, std::move(*config)));
   }
   branches.emplace_back(other_branch(entry, plugins));
   list["items"] = json::object{{"oneOf", std::move(branches)}};
   return json::serialize(document) + "\n";
}

} // namespace nebula::host::config
