#include "host/cli/catalogue.h"
#include "host/cli/commands.h"
#include "host/cli/config_reference.h"
#include "host/config/compose_schema.h"
#include "host/config/diff.h"
#include "host/config/embedded.h"
#include "host/config/plugin_schemas.h"
#include "host/config/render.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <map>

namespace nebula::host::cli {

namespace {

// The compiled schemas of the plugins at hand. A manifest whose schema is wrong gives an error that names the plugin.
[[nodiscard]] Result<std::map<std::string, config::SchemaPtr>> schemas_of(const Catalogue &catalogue) {
   std::map<std::string, config::SchemaPtr> schemas;
   for (const auto &[id, found] : catalogue.plugins()) {
      auto schema = config::parse_schema(boost::json::serialize(found.manifest.config), config::Unlisted::refused);
      if (!schema) {
         return schema.error().within("the configuration schema of plugin " + id + " (" + found.path + ")");
      }
      schemas.emplace(id, *schema);
   }
   return schemas;
}

// The configuration with every plugin's defaults filled in; plugins that are not found stay as written.
[[nodiscard]] Result<config::Value> completed(const config::LoadRequest &request) {
   auto loaded = config::load(request);
   if (!loaded) {
      return loaded.error();
   }
   const auto settings = config::settings_of(loaded->root);
   auto schemas = schemas_of(scan_catalogue(request, &settings));
   if (!schemas) {
      return schemas.error();
   }
   config::Mistakes mistakes;
   auto root = config::complete_plugins(
      loaded->root,
      [&](const std::string &id) {
         const auto found = schemas->find(id);
         return found == schemas->end() ? nullptr : found->second.get();
      },
      mistakes);
   if (!mistakes.empty()) {
      mistakes.sort();
      return mistakes.to_error();
   }
   return root;
}

[[nodiscard]] int show(const Command &self, const Parsed &parsed, const config::LoadRequest &request) {
   const auto root = completed(request);
   if (!root) {
      return fail(self.name, root.error());
   }
   const auto origins = parsed.has("origin") ? config::ShowOrigin::yes : config::ShowOrigin::no;
   const auto text = parsed.has("json") ? config::render_json(*root, origins) : config::render_yaml(*root, origins);
   std::cout << text << (text.ends_with('\n') ? "" : "\n");
   return k_exit_ok;
}

[[nodiscard]] int schema(const Command &self, const config::LoadRequest &request) {
   const auto settings = settings_if_sound(request);
   const auto catalogue = scan_catalogue(request, settings ? &*settings : nullptr);
   std::vector<config::PluginSchema> plugins;
   for (const auto &[id, found] : catalogue.plugins()) {
      plugins.push_back({id, found.manifest.summary, boost::json::serialize(found.manifest.config)});
   }
   const auto document = config::compose_schema(plugins);
   if (!document) {
      return fail(self.name, document.error());
   }
   std::cout << *document << (document->ends_with('\n') ? "" : "\n");
   return k_exit_ok;
}

// The whole of docs/configuration.md below its introduction.
[[nodiscard]] int reference(const config::LoadRequest &request) {
   const auto settings = settings_if_sound(request);
   const auto catalogue = scan_catalogue(request, settings ? &*settings : nullptr);
   const auto node = boost::json::parse(config::embedded_node_schema());
   std::cout << "## node.yaml\n\n" << reference_table(node.as_object());
   for (const auto &[id, found] : catalogue.plugins()) {
      std::cout << "\n## plugin " << id << "\n\n"
                << found.manifest.summary << ".\n\n"
                << reference_table(found.manifest.config);
   }
   return k_exit_ok;
}

[[nodiscard]] int diff(const Command &self, config::LoadRequest request) {
   const auto mine = completed(request);
   if (!mine) {
      return fail(self.name, mine.error());
   }
   request.path.reset();
   request.profiles.clear();
   request.overrides.clear();
   request.environment.clear();
   const auto built_in = completed(request);
   if (!built_in) {
      return fail(self.name, built_in.error());
   }
   std::cout << config::render_diff(config::diff(*built_in, *mine));
   return k_exit_ok;
}

} // namespace

int run_config(const Command &self, const Arguments &arguments) {
   options::options_description described("Options");
   add_configuration_options(described);
   described.add_options()("origin", "with show: say where each value comes from")("json", "with show: print JSON")(
      "verb", options::value<std::string>()->required(), "show, default, schema, reference or diff");
   options::positional_options_description positional;
   positional.add("verb", 1);
   const auto parsed = parse(self, arguments, described, positional);
   if (parsed.finished()) {
      return parsed.exit;
   }
   const auto verb = parsed.text("verb");
   if (verb == "default") {
      std::cout << config::embedded_node_yaml();
      return k_exit_ok;
   }
   auto request = load_request(parsed);
   if (!request) {
      return fail(self.name, request.error());
   }
   if (verb == "show") {
      return show(self, parsed, *request);
   }
   if (verb == "schema") {
      return schema(self, *request);
   }
   if (verb == "reference") {
      return reference(*request);
   }
   if (verb == "diff") {
      return diff(self, std::move(*request));
   }
   return fail(self.name,
               {"there is no \"config " + verb + "\"; use show, default, schema, reference or diff", ErrorKind::usage});
}

} // namespace nebula::host::cli
