/// What we ship must itself be without mistakes: the embedded node.yaml against the manifests of the plugins it names,
/// and the examples of docs/configuration.md.

#include "memory_files.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace nebula::host::config {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path &path) {
   std::ifstream in(path, std::ios::binary);
   std::ostringstream text;
   text << in.rdbuf();
   return text.str();
}

/// The configuration schemas of the manifests in this tree, by plugin id.
std::map<std::string, SchemaPtr> manifest_schemas() {
   std::map<std::string, SchemaPtr> schemas;
   for (const char *parent : {"plugins", "algorithms"})
      for (const auto &folder : fs::directory_iterator(fs::path(NEBULA_SOURCE_DIR) / parent)) {
         if (!fs::exists(folder.path() / "manifest.json"))
            continue;
         const auto manifest = boost::json::parse(slurp(folder.path() / "manifest.json")).as_object();
         if (!manifest.contains("config"))
            continue;
         auto schema = parse_schema(boost::json::serialize(manifest.at("config")), Unlisted::refused);
         EXPECT_TRUE(schema) << folder.path() << ": " << schema.error().message;
         if (schema)
            schemas[std::string(manifest.at("id").as_string())] = *schema;
      }
   return schemas;
}

/// Every mistake of a configuration, plugins included.
std::string mistakes_of(const LoadRequest &request) {
   const auto schemas = manifest_schemas();
   LoadOutcome outcome = try_load(request);
   if (outcome.draft)
      (void)complete_plugins(
         *outcome.draft, [&](const std::string &id) { return schemas.contains(id) ? schemas.at(id).get() : nullptr; },
         outcome.mistakes);
   return outcome.mistakes.empty() ? "" : outcome.mistakes.to_error().message;
}

TEST(Shipped, the_embedded_configuration_fits_the_manifests_of_its_plugins) {
   LoadRequest request = testing::request_of({});
   request.path.reset();
   EXPECT_EQ(mistakes_of(request), "");
}

TEST(Shipped, the_examples_of_the_documentation_have_no_mistakes) {
   const std::string page = slurp(fs::path(NEBULA_SOURCE_DIR) / "docs/configuration.md");
   std::size_t examples = 0;
   for (std::size_t at = page.find("```yaml\n"); at != std::string::npos; at = page.find("```yaml\n", at + 1)) {
      const std::size_t start = at + 8;
      LoadRequest request = testing::request_of({{"node.yaml", page.substr(start, page.find("```", start) - start)}});
      request.environment = {{"MONERO_WALLET", "4" + std::string(94, 'A')}};
      if (request.read_file("node.yaml")->find("night:") != std::string::npos)
         request.profiles = {"night"};
      EXPECT_EQ(mistakes_of(request), "") << "example " << examples;
      ++examples;
   }
   EXPECT_GE(examples, 2u);
}

} // namespace
} // namespace nebula::host::config
