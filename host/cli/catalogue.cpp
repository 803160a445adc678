#include "host/cli/catalogue.h"

#include <cstdlib>
#include <filesystem>

namespace nebula::host::cli {

std::string program_path() {
   std::error_code failed;
   return std::filesystem::read_symlink("/proc/self/exe", failed).string();
}

Catalogue scan_catalogue(const config::LoadRequest &request, const config::Settings *settings) {
   return Catalogue::scan(SearchPath::make(settings ? settings->plugin_path : std::vector<std::string>{},
                                           node_folder(request), std::getenv("NEBULA_PLUGIN_PATH"), program_path()));
}

std::optional<config::Settings> settings_if_sound(const config::LoadRequest &request) {
   const auto loaded = config::load(request);
   return loaded ? std::optional(config::settings_of(loaded->root)) : std::nullopt;
}

} // namespace nebula::host::cli
