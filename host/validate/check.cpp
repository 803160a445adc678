#include "host/validate/check.h"

#include <algorithm>
#include <vector>

namespace nebula::host::validation {

std::span<const Check> all_checks() {
   static const std::vector<Check> checks = [] {
      std::vector<Check> all;
      for (const auto group : {file_checks(), load_checks(), entry_checks(), life_checks(), algorithm_checks(),
                               family_checks(), backend_checks(), bare_host_checks(), truncated_host_checks(),
                               future_host_checks(), config_checks(), contract_checks(), fuzz_checks()})
         all.insert(all.end(), group.begin(), group.end());
      return all;
   }();
   return checks;
}

const Check *find_check(std::string_view id) {
   const auto checks = all_checks();
   const auto found = std::find_if(checks.begin(), checks.end(), [&](const Check &check) { return check.id == id; });
   return found == checks.end() ? nullptr : &*found;
}

} // namespace nebula::host::validation
