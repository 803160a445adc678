#include "algorithm_names.h"

#include <nebula/svc/pow-algorithm.h>
#include <nebula/text.hpp>

namespace nebula::miner {

void AlgorithmNames::learn(const HostView &host, const std::string &name) {
   const std::string select = "name=" + property_value(name);
   neb_slot *slot = nullptr;
   if (host.services->find(host.host, text_of(NEB_SVC_POW_ALGORITHM), text_of(select), &slot, nullptr) != NEB_OK)
      return;
   const Entered<neb_pow_algorithm> algorithm(host, slot);
   if (!algorithm)
      return;
   const std::string canonical = algorithm->name;
   names_[name] = canonical;
   names_[canonical] = canonical;
   if (!NEB_HAS(algorithm.get(), neb_pow_algorithm, aliases))
      return; // of a host of the first release
   for (const char *const *alias = algorithm->aliases; alias && *alias; ++alias)
      names_[*alias] = canonical;
}

std::string AlgorithmNames::canonical(std::string_view name) const {
   const auto known = names_.find(name);
   return known == names_.end() ? std::string(name) : known->second;
}

} // namespace nebula::miner
