#include "host/cli/algorithm_node.h"

#include "host/cli/catalogue.h"
#include "host/config/suggest.h"
#include "host/plugin/image.h"
#include "host/pow/wiring.h"

#include <nebula/svc/pow-algorithm.h>
#include <nebula/svc/pow-backend.h>
#include <nebula/svc/pow-family.h>

#include <algorithm>

namespace nebula::host::cli {

namespace {

[[nodiscard]] bool offers_hashes(const Manifest &manifest) {
   return manifest.provides_service(NEB_SVC_POW_ALGORITHM) || manifest.provides_service(NEB_SVC_POW_BACKEND) ||
          manifest.provides_service(NEB_SVC_POW_FAMILY);
}

// What a service is called, and what else.
[[nodiscard]] std::vector<std::string> names_of(const Manifest &manifest, const ManifestService &service) {
   auto names = service.aliases;
   names.insert(names.begin(), service.name.empty() ? manifest.id : service.name);
   return names;
}

// Whether it offers an algorithm of that name, or the family that stands before its colon.
[[nodiscard]] bool offers(const Manifest &manifest, const std::string &algorithm) {
   const auto colon = algorithm.find(':');
   return std::any_of(manifest.provides.begin(), manifest.provides.end(), [&](const ManifestService &service) {
      const auto names = names_of(manifest, service);
      if (service.id == NEB_SVC_POW_FAMILY) {
         return colon != std::string::npos && names.front() == algorithm.substr(0, colon);
      }
      return service.id == NEB_SVC_POW_ALGORITHM && std::find(names.begin(), names.end(), algorithm) != names.end();
   });
}

// The manifest of an entry of node.yaml, or NULL; `image` keeps it when the entry has a file of its own.
[[nodiscard]] const Manifest *manifest_of(const config::PluginSettings &plugin, const config::LoadRequest &request,
                                          const Catalogue &catalogue, std::optional<Image> &image) {
   if (plugin.path) {
      auto opened = open_image(config::beside(node_folder(request) + "/", *plugin.path), plugin.sha256.value_or(""));
      if (!opened) {
         return nullptr;
      }
      image.emplace(std::move(*opened));
      return image->manifest(plugin.id);
   }
   const auto *found = catalogue.find(plugin.id);
   return found ? &found->manifest : nullptr;
}

[[nodiscard]] Error unknown(const std::string &algorithm, const Catalogue &catalogue) {
   std::vector<std::string> names;
   for (const auto &[id, found] : catalogue.plugins()) {
      for (const auto &service : found.manifest.provides) {
         const auto more = names_of(found.manifest, service);
         if (service.id == NEB_SVC_POW_ALGORITHM) {
            names.insert(names.end(), more.begin(), more.end());
         }
      }
   }
   return {"no plugin offers the algorithm \"" + algorithm + "\"" + config::suggestion(algorithm, names),
           ErrorKind::unavailable};
}

} // namespace

config::PluginSettings default_entry(const std::string &id) {
   config::PluginSettings entry;
   entry.id = id;
   entry.instance = id;
   entry.config = config::Value::map({});
   return entry;
}

Result<std::unique_ptr<AlgorithmNode>> AlgorithmNode::make(const config::LoadRequest &request,
                                                           const std::string &algorithm) {
   auto loaded = config::load(request);
   if (!loaded) {
      return loaded.error();
   }
   auto settings = config::settings_of(loaded->root);
   const auto catalogue = scan_catalogue(request, &settings);
   bool offered = false;
   std::erase_if(settings.plugins, [&](const config::PluginSettings &plugin) {
      std::optional<Image> image;
      const auto *manifest = manifest_of(plugin, request, catalogue, image);
      offered = offered || (manifest && offers(*manifest, algorithm));
      return !manifest || !offers_hashes(*manifest);
   });
   for (const auto &[id, found] : catalogue.plugins()) {
      if (!offered && offers(found.manifest, algorithm)) {
         settings.plugins.push_back(default_entry(id));
         offered = true;
      }
   }
   if (!offered) {
      return unknown(algorithm, catalogue);
   }
   return provisioned(request, std::move(settings));
}

Result<config::Settings> AlgorithmNode::all_algorithms(const config::LoadRequest &request) {
   auto loaded = config::load(request);
   if (!loaded) {
      return loaded.error();
   }
   auto settings = config::settings_of(loaded->root);
   const auto catalogue = scan_catalogue(request, &settings);
   std::erase_if(settings.plugins, [&](const config::PluginSettings &plugin) {
      std::optional<Image> image;
      const auto *manifest = manifest_of(plugin, request, catalogue, image);
      return !manifest || !offers_hashes(*manifest);
   });
   for (const auto &[id, found] : catalogue.plugins()) {
      const bool enabled = std::any_of(settings.plugins.begin(), settings.plugins.end(),
                                       [&wanted = id](const auto &plugin) { return plugin.id == wanted; });
      if (!enabled && offers_hashes(found.manifest)) {
         settings.plugins.push_back(default_entry(id));
      }
   }
   return settings;
}

Result<std::unique_ptr<AlgorithmNode>> AlgorithmNode::make_all(const config::LoadRequest &request) {
   auto settings = all_algorithms(request);
   if (!settings) {
      return settings.error();
   }
   return provisioned(request, std::move(*settings));
}

Result<std::unique_ptr<AlgorithmNode>> AlgorithmNode::make_beside(const config::LoadRequest &request,
                                                                  const std::string &plugin) {
   auto settings = all_algorithms(request);
   if (!settings) {
      return settings.error();
   }
   settings->plugins.push_back(default_entry(plugin));
   return provisioned(request, std::move(*settings), false);
}

Result<std::unique_ptr<AlgorithmNode>> AlgorithmNode::make_of(const config::LoadRequest &request,
                                                              const std::string &plugin) {
   auto loaded = config::load(request);
   if (!loaded) {
      return loaded.error();
   }
   auto settings = config::settings_of(loaded->root);
   settings.plugins = {default_entry(plugin)};
   return provisioned(request, std::move(settings));
}

Result<std::unique_ptr<AlgorithmNode>> AlgorithmNode::provisioned(const config::LoadRequest &request,
                                                                  config::Settings settings, bool warns_of_deprecated) {
   settings.log = {};
   settings.log.level = "warn"; // the command speaks for itself
   settings.log.format = "text";
   auto scratch = ScratchFolder::make();
   if (!scratch) {
      return scratch.error();
   }
   std::unique_ptr<AlgorithmNode> made(new AlgorithmNode(std::move(*scratch)));
   auto options = node_options(request, std::move(settings), made->scratch_.path());
   options.pow = [&made, warns_of_deprecated](HostServices &services, TimerQueue &, MainPost post) {
      auto pow = make_pow(services, std::move(post), "", warns_of_deprecated);
      made->pow_ = static_cast<Pow *>(pow.get());
      return pow;
   };
   auto node = Node::make(std::move(options));
   if (!node) {
      return node.error();
   }
   made->node_ = std::move(*node);
   if (auto provisioned = made->node_->provision(); !provisioned) {
      return provisioned.error();
   }
   return made;
}

AlgorithmNode::~AlgorithmNode() {
   if (node_) {
      node_->stop();
   }
}

} // namespace nebula::host::cli
