#include "host/cli/configuration.h"

#include "host/config/system_sources.h"

#include <filesystem>

namespace nebula::host::cli {

namespace fs = std::filesystem;

void add_configuration_options(options::options_description &described) {
   described.add_options()("config,c", options::value<std::string>()->value_name("FILE"),
                           "configuration (default: ./node.yaml, else the one inside the program)")(
      "profile", options::value<std::vector<std::string>>()->value_name("NAME"),
      "lay a profile over it; may be repeated")("set",
                                                options::value<std::vector<std::string>>()->value_name("KEY=VALUE"),
                                                "set one value: --set plugins.miner.config.threads=2; may be repeated")(
      "data", options::value<std::string>()->value_name("DIR"), "data folder (node.data)");
}

Result<config::LoadRequest> load_request(const Parsed &parsed) {
   config::LoadRequest request;
   if (parsed.has("config")) {
      request.path = parsed.text("config");
   } else if (std::error_code failed; fs::exists("node.yaml", failed)) {
      request.path = "node.yaml";
   }
   if (parsed.has("profile")) {
      request.profiles = parsed.values["profile"].as<std::vector<std::string>>();
   }
   if (parsed.has("set")) {
      for (const auto &assignment : parsed.values["set"].as<std::vector<std::string>>()) {
         const auto equals = assignment.find('=');
         if (equals == std::string::npos || equals == 0) {
            return Error{"--set " + assignment + ": write it as KEY=VALUE, for example --set node.name=edge-1",
                         ErrorKind::usage};
         }
         request.overrides.push_back({assignment.substr(0, equals), assignment.substr(equals + 1), ""});
      }
   }
   if (parsed.has("data")) {
      request.overrides.push_back({"node.data", fs::absolute(parsed.text("data")).string(), "--data"});
   }
   request.environment = config::system_environment();
   request.read_file = config::read_system_file;
   return request;
}

std::string described_source(const config::LoadRequest &request) {
   return request.path.value_or("the embedded configuration");
}

std::string node_folder(const config::LoadRequest &request) {
   const auto folder = request.path ? fs::absolute(*request.path).parent_path() : fs::current_path();
   return folder.lexically_normal().string();
}

std::string data_folder(const config::LoadRequest &request, const config::Settings &settings) {
   return (fs::path(node_folder(request)) / settings.data).lexically_normal().string();
}

Result<std::string> find_data_folder(const Parsed &parsed) {
   if (parsed.has("data")) {
      return fs::absolute(parsed.text("data")).lexically_normal().string();
   }
   auto request = load_request(parsed);
   if (!request) {
      return request.error();
   }
   auto loaded = config::load(*request);
   if (!loaded) {
      return Error{loaded.error().message + "\n(or say where the node's data is: --data DIR)", loaded.error().kind};
   }
   return data_folder(*request, config::settings_of(loaded->root));
}

} // namespace nebula::host::cli
