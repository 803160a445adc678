// LINK: nebula_host_config
//
// A whole configuration from hostile bytes: node.yaml, a file it may extend, .env, a variable and an override, cut from
// one input at the lines "=====". Whatever they hold, loading ends with a checked tree or with mistakes that name their
// place; a checked tree survives being written and read again.

#include "host/config/diff.h"
#include "host/config/load.h"
#include "host/config/render.h"
#include "host/config/schema.h"
#include "host/config/settings.h"
#include "host/config/validate.h"

#include <array>
#include <cstdint>
#include <cstdlib>

using namespace nebula::host;
using namespace nebula::host::config;

namespace {

std::array<std::string, 5> parts_of(std::string_view input) {
   std::array<std::string, 5> parts;
   for (std::string &part : parts) {
      const std::size_t end = input.find("\n=====\n");
      part = input.substr(0, end);
      input = end == std::string_view::npos ? std::string_view() : input.substr(end + 7);
   }
   return parts;
}

void require(bool holds) {
   if (!holds)
      std::abort();
}

void check_tree(const Value &root) {
   (void)settings_of(root);
   (void)render_json(root, ShowOrigin::yes);
   (void)render_yaml(root, ShowOrigin::yes);
   require(diff(root, root).empty());
   if (const auto schema = parse_schema(render_json(root, ShowOrigin::no), Unlisted::refused)) {
      Mistakes mistakes;
      (void)validate(root, **schema, "", mistakes);
   }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   const auto parts = parts_of({reinterpret_cast<const char *>(data), size});
   LoadRequest request;
   request.path = "node.yaml";
   request.profiles = {"p"};
   request.environment = {{"VARIABLE", parts[3]}, {"NEBULA__PLUGINS__MINER__CONFIG__X", parts[3]}};
   request.overrides = {{parts[4].substr(0, parts[4].find('=')), parts[4], ""}};
   request.read_file = [&](const std::string &path) -> Result<std::string> {
      if (path == "node.yaml")
         return parts[0];
      if (path == "base.yaml")
         return parts[1];
      if (path == ".env")
         return parts[2];
      return Error{"No such file or directory", ErrorKind::unavailable};
   };
   const LoadOutcome outcome = try_load(request);
   require(outcome.loaded.has_value() == outcome.mistakes.empty());
   for (const Mistake &mistake : outcome.mistakes.list())
      require(!mistake.origin.where().empty() && !mistake.text.empty());
   if (outcome.loaded)
      check_tree(outcome.loaded->root);
   return 0;
}
