#pragma once

/// Where a value of the configuration came from, so that every message and `config show --origin` can say so.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace nebula::host::config {

/// Who said it; a later layer wins over an earlier one.
enum class Layer : std::uint8_t {
   built_in,       // the node.yaml inside the program, used when there is no file
   schema_default, // nobody said it; the schema's default
   extends_file,   // a file named by `extends`
   file,           // node.yaml itself
   profile,        // an overlay chosen by --profile
   dot_env,        // NEBULA__A__B in the .env file beside node.yaml
   environment,    // NEBULA__A__B in the environment
   command_line,   // --set a.b=value and the options that mean the same
};

[[nodiscard]] std::string_view layer_name(Layer layer);

struct Origin {
   Layer layer = Layer::built_in;
   std::uint32_t line = 0;                    // 1-based; 0: the source has no lines
   std::uint32_t column = 0;                  // 1-based, in characters
   std::shared_ptr<const std::string> source; // "node.yaml", "environment variable NEBULA__A", "--set a.b"

   /// "node.yaml:41:9", or the source alone where there are no lines.
   [[nodiscard]] std::string where() const;
};

} // namespace nebula::host::config
