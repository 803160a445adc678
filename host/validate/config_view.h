#pragma once

#include "host/config/schema.h"
#include "host/validate/host_view.h"

#include <string>

namespace nebula::host::validation {

/// The host itself, except that it remembers the first option asked for that the schema does not have.
class ConfigView final : public HostView {
public:
   explicit ConfigView(config::SchemaPtr schema);
   const void *extension(std::string_view id, const void *real) override;

   /// Empty: every option it asked for is one.
   [[nodiscard]] static std::string undocumented();
};

/// Whether a dotted path names something that `schema` admits; `below` (may be NULL) is then what it says about it, or
/// NULL when that is left open.
[[nodiscard]] bool documents(const config::Schema *schema, std::string_view path, const config::Schema **below);

} // namespace nebula::host::validation
