#include "host/cli/commands.h"
#include "host/cli/version.h"

#include <nebula/abi.h>

#include <boost/version.hpp>
#include <lmdb.h>
#include <spdlog/version.h>

#include <iostream>

namespace nebula::host::cli {

namespace {

[[nodiscard]] std::string dotted(int major, int minor, int patch) {
   return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
}

[[nodiscard]] boost::json::object libraries() {
   int major = 0;
   int minor = 0;
   int patch = 0;
   mdb_version(&major, &minor, &patch);
   return {
      {"boost", dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
      {"lmdb", dotted(major, minor, patch)},
      {"spdlog", dotted(SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH)},
      {"yaml-cpp", NEBULA_YAML_CPP_VERSION},
   };
}

} // namespace

int run_version(const Command &self, const Arguments &arguments) {
   options::options_description described("Options");
   described.add_options()("json", "print JSON");
   const auto parsed = parse(self, arguments, described);
   if (parsed.finished()) {
      return parsed.exit;
   }
   const auto abi = std::to_string(NEB_ABI_MAJOR) + '.' + std::to_string(NEB_ABI_MINOR);
   const auto linked = libraries();
   if (parsed.has("json")) {
      print_json(boost::json::object{{"version", NEBULA_VERSION},
                                     {"commit", NEBULA_COMMIT},
                                     {"compiler", NEBULA_COMPILER},
                                     {"build_type", NEBULA_BUILD_TYPE},
                                     {"abi", abi},
                                     {"libraries", linked}});
      return k_exit_ok;
   }
   std::cout << "nebula " << NEBULA_VERSION << "\ncommit     " << NEBULA_COMMIT << "\ncompiler   " << NEBULA_COMPILER
             << "\nbuild      " << NEBULA_BUILD_TYPE << "\nplugin ABI " << abi << "\nlibraries ";
   for (const auto &[name, version] : linked) {
      std::cout << ' ' << std::string_view(name) << ' ' << std::string_view(version.get_string());
   }
   std::cout << '\n';
   return k_exit_ok;
}

} // namespace nebula::host::cli
