#include "host/cli/algorithm_node.h"
#include "host/cli/catalogue.h"
#include "host/cli/commands.h"
#include "host/plugin/image.h"
#include "host/tools/plugin_new.h"

#include <nebula/svc/pow-algorithm.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <iostream>

namespace nebula::host::cli {

namespace {

namespace json = boost::json;

[[nodiscard]] json::object described(const Manifest &manifest, const std::string &path) {
   json::array provides;
   for (const auto &service : manifest.provides) {
      json::object one{{"id", service.id}, {"name", service.name}};
      if (!service.aliases.empty()) {
         one["aliases"] = json::array(service.aliases.begin(), service.aliases.end());
      }
      provides.push_back(std::move(one));
   }
   json::array required;
   for (const auto &need : manifest.requirements) {
      required.push_back(
         json::object{{"id", need.id}, {"optional", need.optional}, {"instance_from", need.instance_from}});
   }
   json::array commands;
   for (const auto &command : manifest.commands) {
      commands.push_back(json::object{{"name", command.name}, {"summary", command.summary}});
   }
   return {{"id", manifest.id},
           {"version", manifest.version},
           {"abi", std::to_string(manifest.abi_major) + "." + std::to_string(manifest.abi_minor)},
           {"license", manifest.license},
           {"summary", manifest.summary},
           {"status", manifest.status},
           {"file", path},
           {"provides", provides},
           {"requires", required},
           {"commands", commands},
           {"config", manifest.config}};
}

void print_row(const std::string &id, const std::string &version, const std::string &status,
               const std::string &summary) {
   const auto padded = [](std::string text, std::size_t width) {
      text.resize(std::max(width, text.size() + 1), ' ');
      return text;
   };
   std::cout << padded(id, 24) << padded(version, 10) << padded(status, 12) << summary << '\n';
}

// Why each algorithm of a deprecated plugin is, and until when. Only the plugin itself knows: it is loaded for that.
[[nodiscard]] json::array deprecated_algorithms(const config::LoadRequest &request, const Manifest &manifest) {
   json::array all;
   if (manifest.status != "deprecated" || !manifest.provides_service(NEB_SVC_POW_ALGORITHM)) {
      return all;
   }
   const auto node = AlgorithmNode::make_of(request, manifest.id);
   if (!node) {
      all.push_back(json::object{{"problem", node.error().message}});
      return all;
   }
   const auto &registry = (*node)->pow().registry();
   for (const std::string &name : registry.algorithms()) {
      const auto entry = registry.algorithm(name);
      if (entry && entry->table().status == NEB_POW_DEPRECATED) {
         all.push_back(json::object{{"name", name},
                                    {"text", entry->table().text ? entry->table().text : ""},
                                    {"height_max", entry->table().height_max},
                                    {"details", deprecation_text(entry->table())}});
      }
   }
   return all;
}

void print_details(const json::array &algorithms) {
   for (const auto &value : algorithms) {
      const auto &one = value.get_object();
      const auto *problem = one.if_contains("problem");
      std::cout << "  " << (problem ? "cannot be asked why" : one.at("name").get_string().c_str()) << ": "
                << (problem ? *problem : one.at("details")).get_string().c_str() << '\n';
   }
}

[[nodiscard]] int list(const Command &self, const Parsed &parsed) {
   auto request = load_request(parsed);
   if (!request) {
      return fail(self.name, request.error());
   }
   const auto settings = settings_if_sound(*request);
   const auto catalogue = scan_catalogue(*request, settings ? &*settings : nullptr);
   if (parsed.has("json")) {
      json::array all;
      for (const auto &[id, found] : catalogue.plugins()) {
         auto one = described(found.manifest, found.path);
         if (auto deprecated = deprecated_algorithms(*request, found.manifest); !deprecated.empty()) {
            one["deprecated"] = std::move(deprecated);
         }
         all.push_back(std::move(one));
      }
      print_json(all);
      return k_exit_ok;
   }
   print_row("PLUGIN", "VERSION", "STATUS", "");
   for (const auto &[id, found] : catalogue.plugins()) {
      const bool enabled = settings && std::any_of(settings->plugins.begin(), settings->plugins.end(),
                                                   [&wanted = id](const auto &plugin) { return plugin.id == wanted; });
      print_row(id, found.manifest.version, found.manifest.status,
                (enabled ? "[enabled] " : "") + found.manifest.summary);
      if (parsed.has("details")) {
         print_details(deprecated_algorithms(*request, found.manifest));
      }
   }
   for (const auto &bad : catalogue.bad_files()) {
      std::cerr << "nebula plugin: " << bad.path << ": " << bad.why << '\n';
   }
   return k_exit_ok;
}

[[nodiscard]] int inspect(const Command &self, const Parsed &parsed, const std::string &what) {
   auto request = load_request(parsed);
   if (!request) {
      return fail(self.name, request.error());
   }
   if (what.find('/') == std::string::npos && !what.ends_with(".so")) {
      const auto settings = settings_if_sound(*request);
      const auto catalogue = scan_catalogue(*request, settings ? &*settings : nullptr);
      const auto *found = catalogue.find(what);
      if (!found) {
         return fail(self.name, {catalogue.missing(what), ErrorKind::unavailable});
      }
      print_json(described(found->manifest, found->path));
      return k_exit_ok;
   }
   auto image = open_image(what, "");
   if (!image) {
      return fail(self.name, image.error());
   }
   json::array all;
   for (const auto &manifest : image->manifests) {
      all.push_back(described(manifest, what));
   }
   print_json(all.size() == 1 ? all.front() : json::value(all));
   return k_exit_ok;
}

} // namespace

int run_plugin(const Command &self, const Arguments &arguments) {
   if (!arguments.empty() && arguments.front() == "new") {
      return plugin_new_main({arguments.begin() + 1, arguments.end()});
   }
   options::options_description described_options("Options");
   add_configuration_options(described_options);
   described_options.add_options()("json", "print JSON")(
      "details", "with list: also why an algorithm is deprecated, and until which height a chain may accept it")(
      "verb", options::value<std::string>()->required(),
      "list, inspect or new")("plugin", options::value<std::string>(), "a plugin's id or file, for inspect");
   options::positional_options_description positional;
   positional.add("verb", 1).add("plugin", 1);
   const auto parsed = parse(self, arguments, described_options, positional);
   if (parsed.finished()) {
      return parsed.exit;
   }
   const auto verb = parsed.text("verb");
   if (verb == "list") {
      return list(self, parsed);
   }
   if (verb == "inspect") {
      if (!parsed.has("plugin")) {
         return fail(self.name, {"which one? nebula plugin inspect ID or FILE.so", ErrorKind::usage});
      }
      return inspect(self, parsed, parsed.text("plugin"));
   }
   return fail(self.name, {"there is no \"plugin " + verb + "\"; use list, inspect or new", ErrorKind::usage});
}

} // namespace nebula::host::cli
