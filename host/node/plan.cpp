#include "host/node/plan.h"

#include "host/config/plugin_schemas.h"
#include "host/config/schema.h"
#include "host/isolation/isolated_plugin.h"
#include "host/plugin/library.h"
#include "host/plugin/limits.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <filesystem>

namespace nebula::host {
namespace {

class Planner {
public:
   Planner(const config::Settings &settings, const PlanContext &context, config::Mistakes &mistakes)
      : context_(context), mistakes_(mistakes), catalogue_(Catalogue::scan(search_path(settings, context))) {
      plan_.settings = settings;
   }

   Plan make() {
      if (plan_.settings.plugins.size() > k_max_instances)
         mistakes_.add(plan_.settings.plugins[k_max_instances].origin, "plugins", "a node has at most 256 instances");
      for (const auto &settings : plan_.settings.plugins)
         plan_.instances.push_back(planned(settings));
      share_algorithms();
      order();
      return std::move(plan_);
   }

private:
   PlannedInstance planned(const config::PluginSettings &settings) {
      PlannedInstance instance;
      instance.settings = settings;
      auto image = find_image(settings);
      if (image)
         image = checked(std::move(*image), settings);
      if (!image) {
         // What is not required may be missing: the node then runs without it and says so.
         if (settings.required)
            mistakes_.add(settings.origin, settings.path_in_file, image.error().message);
         instance.problem = image.error().message;
         return instance;
      }
      instance.manifest = *image->manifest(settings.id, &instance.index);
      instance.image = std::move(*image);
      if (const auto wrong = settings.isolated ? wrong_with_isolation(instance.manifest) : std::string();
          !wrong.empty())
         mistakes_.add(settings.isolation_origin, settings.path_in_file + ".isolation",
                       "plugin \"" + settings.id + "\" cannot run in a process of its own: it " + wrong +
                          "; leave isolation out");
      instance.config = checked_config(settings, instance.manifest);
      return instance;
   }

   Result<Image> find_image(const config::PluginSettings &settings) {
      const std::string pin = settings.sha256.value_or("");
      if (settings.path)
         return open_image((std::filesystem::path(context_.node_folder) / *settings.path).lexically_normal(), pin);
      const auto *found = catalogue_.find(settings.id);
      if (!found)
         return Error{catalogue_.missing(settings.id), ErrorKind::unavailable};
      return open_image(found->path, pin);
   }

   static Result<Image> checked(Image image, const config::PluginSettings &settings) {
      const auto *manifest = image.manifest(settings.id);
      if (!manifest) {
         std::string ids;
         for (const auto &one : image.manifests)
            ids += (ids.empty() ? "\"" : ", \"") + one.id + "\"";
         return Error{"plugin file " + image.path + " holds no plugin \"" + settings.id + "\"; it holds " + ids,
                      ErrorKind::unavailable};
      }
      if (auto abi = check_abi(*manifest); !abi)
         return abi.error().within("plugin file " + image.path);
      return image;
   }

   config::Value checked_config(const config::PluginSettings &settings, const Manifest &manifest) {
      // Without a schema the plugin has no configuration, and any key is a mistake.
      const std::string text = manifest.config.empty()
                                  ? R"({"type":"object","properties":{},"additionalProperties":false})"
                                  : boost::json::serialize(manifest.config);
      auto schema = config::parse_schema(text, config::Unlisted::refused);
      if (!schema) {
         mistakes_.add(settings.origin, settings.path_in_file,
                       "the manifest of plugin \"" + manifest.id +
                          "\" has a configuration schema that cannot be used: " + schema.error().message +
                          "; tell the plugin's author");
         return settings.config;
      }
      return config::validate_plugin_config(settings, **schema, mistakes_);
   }

   /// Of several instances of one plugin, those in a process of their own leave its algorithms to one that is loaded
   /// here, else to the first.
   void share_algorithms() {
      for (auto &instance : plan_.instances) {
         const auto provides = [&](const PlannedInstance &other) {
            return &other != &instance && other.image && other.settings.id == instance.settings.id &&
                   (!other.settings.isolated || &other < &instance);
         };
         instance.backends_only =
            instance.settings.isolated && std::any_of(plan_.instances.begin(), plan_.instances.end(), provides);
      }
   }

   void order() {
      std::vector<OrderedInstance> ordered;
      for (const auto &instance : plan_.instances)
         ordered.push_back({instance.name(), instance.settings.path_in_file,
                            instance.image ? &instance.manifest : nullptr, instance.config, instance.settings.origin});
      plan_.order = start_order(ordered, catalogue_, mistakes_);
   }

   const PlanContext &context_;
   config::Mistakes &mistakes_;
   const Catalogue catalogue_;
   Plan plan_;
};

} // namespace

SearchPath search_path(const config::Settings &settings, const PlanContext &context) {
   return SearchPath::make(settings.plugin_path, context.node_folder, context.plugin_path_variable.c_str(),
                           context.program);
}

Plan try_plan(const config::Settings &settings, const PlanContext &context, config::Mistakes &mistakes) {
   return Planner(settings, context, mistakes).make();
}

Result<Plan> make_plan(const config::Settings &settings, const PlanContext &context) {
   config::Mistakes mistakes;
   auto plan = try_plan(settings, context, mistakes);
   if (mistakes.empty())
      return plan;
   mistakes.sort();
   return mistakes.to_error();
}

} // namespace nebula::host
