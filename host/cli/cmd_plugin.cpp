#include "host/cli/catalogue.h"
#include "host/cli/commands.h"
#include "host/plugin/image.h"
#include "host/tools/plugin_new.h"

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
      provides.push_back(json::object{{"id", service.id}, {"name", service.name}});
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
         all.push_back(described(found.manifest, found.path));
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
   described_options.add_options()("json", "print JSON")("verb", options::value<std::string>()->required(),
                                                         "list, inspect or new")(
      "plugin", options::value<std::string>(), "a plugin's id or file, for inspect");
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
