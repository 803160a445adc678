#include "host/cli/node_options.h"

#include "host/cli/catalogue.h"
#include "host/cli/version.h"
#include "host/pow/wiring.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace nebula::host::cli {

NodeOptions node_options(const config::LoadRequest &request, config::Settings settings, std::string data_dir) {
   NodeOptions options;
   options.settings = std::move(settings);
   options.context.node_folder = node_folder(request);
   options.context.program = program_path();
   const char *variable = std::getenv("NEBULA_PLUGIN_PATH");
   options.context.plugin_path_variable = variable ? variable : "";
   options.data_dir = std::move(data_dir);
   options.version = NEBULA_VERSION;
   options.pow = [folder = options.data_dir](HostServices &services, TimerQueue &, MainPost post) {
      return make_pow(services, std::move(post), folder);
   };
   const char *strict = std::getenv("NEBULA_STRICT");
   options.strict = strict && std::string_view(strict) == "1";
   return options;
}

Result<void> provision_aside(const config::LoadRequest &request, const config::Settings &settings) {
   auto scratch = ScratchFolder::make();
   if (!scratch) {
      return scratch.error();
   }
   auto node = Node::make(node_options(request, settings, scratch->path()));
   if (!node) {
      return node.error();
   }
   return (*node)->provision();
}

Result<ScratchFolder> ScratchFolder::make() {
   std::error_code failed;
   auto name = (std::filesystem::temp_directory_path(failed) / "nebula-XXXXXX").string();
   if (failed || !::mkdtemp(name.data())) {
      return Error{"no temporary folder can be made: " + std::string(std::strerror(errno)) +
                      "; set TMPDIR to a writable one",
                   ErrorKind::io};
   }
   return ScratchFolder(std::move(name));
}

ScratchFolder::~ScratchFolder() {
   if (!path_.empty()) {
      std::error_code ignored;
      std::filesystem::remove_all(path_, ignored);
   }
}

} // namespace nebula::host::cli
