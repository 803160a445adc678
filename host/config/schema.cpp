#include "host/config/schema.h"

#include <algorithm>

namespace nebula::host::config {

const Schema *Schema::property(std::string_view key) const noexcept {
   const auto found =
      std::find_if(properties.begin(), properties.end(), [&](const auto &property) { return property.first == key; });
   return found == properties.end() ? nullptr : found->second.get();
}

std::vector<std::string> Schema::property_names() const {
   std::vector<std::string> names;
   for (const auto &[name, schema] : properties)
      names.push_back(name);
   return names;
}

} // namespace nebula::host::config
