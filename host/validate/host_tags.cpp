#include "host/validate/host_tags.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace nebula::host::validation {

const HostFunction &host_function(std::string_view table, std::string_view name) {
   const auto *found =
      std::find_if(std::begin(k_host_functions), std::end(k_host_functions),
                   [&](const HostFunction &function) { return function.table == table && function.name == name; });
   if (found == std::end(k_host_functions))
      std::abort();
   return *found;
}

bool wants_main_thread(std::string_view tag) {
   return tag.substr(0, tag.find(' ')) == "main";
}

bool admits_state(std::string_view tag, InstanceState state, bool in_init) {
   const auto ampersand = tag.find(" & ");
   if (ampersand == std::string_view::npos)
      return true;
   auto states = tag.substr(ampersand + 3);
   if (states == "in init")
      return in_init;
   const bool inverted = states.starts_with('!');
   if (inverted)
      states.remove_prefix(1);
   if (states.starts_with('('))
      states = states.substr(1, states.size() - 2);
   while (!states.empty()) {
      const auto bar = std::min(states.find('|'), states.size());
      if (states.substr(0, bar) == to_string(state))
         return !inverted;
      states.remove_prefix(std::min(bar + 1, states.size()));
   }
   return inverted;
}

} // namespace nebula::host::validation
