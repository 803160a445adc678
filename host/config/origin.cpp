#include "host/config/origin.h"

namespace nebula::host::config {

std::string_view layer_name(Layer layer) {
   switch (layer) {
   case Layer::built_in:
      return "built-in";
   case Layer::schema_default:
      return "schema default";
   case Layer::extends_file:
      return "extends";
   case Layer::file:
      return "file";
   case Layer::profile:
      return "profile";
   case Layer::dot_env:
      return ".env";
   case Layer::environment:
      return "environment";
   case Layer::command_line:
      return "command line";
   }
   return "unknown";
}

std::string Origin::where() const {
   std::string text = source ? *source : std::string(layer_name(layer));
   if (line != 0)
      text += ":" + std::to_string(line) + ":" + std::to_string(column);
   return text;
}

} // namespace nebula::host::config
