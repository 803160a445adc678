#include "host/plugin/requirements.h"

#include "host/config/path.h"
#include "host/config/suggest.h"

#include <nebula/svc/pow-algorithm.h>
#include <nebula/svc/pow-backend.h>
#include <nebula/svc/pow-family.h>

#include <algorithm>

namespace nebula::host {
namespace {

// The host makes a reference backend of every algorithm, so an algorithm is enough for who needs a backend; and the
// members of a family are algorithms.
bool provides(const OrderedInstance &instance, std::string_view service) {
   const auto *manifest = instance.manifest;
   if (!manifest || manifest->provides_service(service))
      return manifest;
   const bool algorithms =
      manifest->provides_service(NEB_SVC_POW_ALGORITHM) || manifest->provides_service(NEB_SVC_POW_FAMILY);
   return algorithms && (service == NEB_SVC_POW_BACKEND || service == NEB_SVC_POW_ALGORITHM);
}

class Collector {
public:
   Collector(const std::vector<OrderedInstance> &instances, const Catalogue &known, config::Mistakes &mistakes)
      : instances_(instances), known_(known), mistakes_(mistakes) {}

   void collect(std::size_t seeker, const ManifestRequirement &requirement) {
      if (!requirement.instance_from.empty()) {
         if (const auto *names = instances_[seeker].config.at(requirement.instance_from); names && !names->is_null()) {
            named(seeker, requirement, *names, config::join_path(instances_[seeker].path, "config"));
            return;
         }
      }
      anyone(seeker, requirement);
   }

   std::vector<Need> needs;

private:
   void anyone(std::size_t seeker, const ManifestRequirement &requirement) {
      bool found = false;
      for (std::size_t i = 0; i < instances_.size(); ++i) {
         if (!provides(instances_[i], requirement.id))
            continue;
         found = true;
         if (i != seeker)
            needs.push_back({seeker, i, !requirement.optional, requirement.id});
      }
      if (found || requirement.optional)
         return;
      const auto &instance = instances_[seeker];
      const auto candidates = known_.providers_of(requirement.id);
      mistakes_.add(instance.origin, instance.path,
                    "\"" + instance.name + "\" needs a service " + requirement.id +
                       ", which no plugin of this file provides; " +
                       (candidates.empty() ? "no installed plugin does: install one"
                                           : "add one of these to `plugins`: " + candidates));
   }

   // A name, or a list of names. Other shapes are the schema's business.
   void named(std::size_t seeker, const ManifestRequirement &requirement, const config::Value &names,
              const std::string &base) {
      const auto path = base + "." + requirement.instance_from;
      if (names.is_string())
         one_name(seeker, requirement, names, path);
      for (std::size_t i = 0; i < names.items().size(); ++i)
         if (names.items()[i].is_string())
            one_name(seeker, requirement, names.items()[i], config::join_path(path, i));
   }

   void one_name(std::size_t seeker, const ManifestRequirement &requirement, const config::Value &value,
                 const std::string &path) {
      const std::string name(*value.as_string());
      const auto found = std::find_if(instances_.begin(), instances_.end(),
                                      [&](const OrderedInstance &one) { return one.name == name; });
      if (found == instances_.end()) {
         mistakes_.add(value.origin(), path,
                       "there is no plugin instance \"" + name + "\" in `plugins`" + hint(requirement.id, name));
         return;
      }
      if (!found->manifest)
         return;
      if (!provides(*found, requirement.id)) {
         mistakes_.add(value.origin(), path,
                       "\"" + name + "\" does not provide " + requirement.id + hint(requirement.id, name));
         return;
      }
      const auto provider = static_cast<std::size_t>(found - instances_.begin());
      if (provider == seeker) {
         mistakes_.add(value.origin(), path,
                       "\"" + name + "\" cannot be its own " + requirement.id + hint(requirement.id, name));
         return;
      }
      needs.push_back({seeker, provider, true, requirement.id});
   }

   // "; did you mean ...", of the instances that would do.
   [[nodiscard]] std::string hint(const std::string &service, const std::string &name) const {
      std::vector<std::string> fit;
      for (const auto &instance : instances_)
         if (instance.name != name && provides(instance, service))
            fit.push_back(instance.name);
      if (!fit.empty())
         return config::suggestion(name, fit);
      const auto plugins = known_.providers_of(service);
      return "; no instance of this file provides it" +
             (plugins.empty() ? std::string() : ", these plugins would: " + plugins);
   }

   const std::vector<OrderedInstance> &instances_;
   const Catalogue &known_;
   config::Mistakes &mistakes_;
};

} // namespace

std::vector<Need> collect_needs(const std::vector<OrderedInstance> &instances, const Catalogue &known,
                                config::Mistakes &mistakes) {
   Collector collector(instances, known, mistakes);
   for (std::size_t i = 0; i < instances.size(); ++i)
      if (instances[i].manifest)
         for (const auto &requirement : instances[i].manifest->requirements)
            collector.collect(i, requirement);
   return std::move(collector.needs);
}

} // namespace nebula::host
