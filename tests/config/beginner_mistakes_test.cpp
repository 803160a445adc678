/// Every folder of tests/golden/config/mistakes is a mistake people make, with the exact words the program answers:
///    node.yaml        the configuration; other files beside it can be extended, .env counts
///    environment      NAME=value lines, if any
///    arguments        --set a.b=value and --profile NAME lines, if any
///    message.txt      the answer; NEBULA_UPDATE_GOLDEN=1 in the environment rewrites it
/// The plugins miner, pool and monero have the schemas of tests/golden/config/schemas.

#include "memory_files.h"

#include <algorithm>
#include <cstdlib>
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

testing::Files files_of(const fs::path &folder) {
   testing::Files files;
   for (const auto &entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file())
         files[fs::relative(entry.path(), folder).string()] = slurp(entry.path());
   return files;
}

void add_line(LoadRequest &request, const std::string &line) {
   const std::size_t equals = line.find('=');
   if (line.starts_with("--set "))
      request.overrides.push_back({line.substr(6, equals - 6), line.substr(equals + 1), ""});
   else if (line.starts_with("--profile "))
      request.profiles.push_back(line.substr(10));
   else if (!line.empty())
      request.environment[line.substr(0, equals)] = line.substr(equals + 1);
}

const Schema *schema_of(const std::string &id) {
   static std::map<std::string, SchemaPtr> schemas;
   if (schemas.empty())
      for (const char *name : {"miner", "pool", "monero"})
         schemas[name] = *parse_schema(slurp(fs::path(NEBULA_GOLDEN_DIR) / "schemas" / (std::string(name) + ".json")),
                                       Unlisted::refused);
   const auto found = schemas.find(id);
   return found == schemas.end() ? nullptr : found->second.get();
}

/// What `nebula check` would answer.
std::string answer_to(const fs::path &folder) {
   const testing::Files files = files_of(folder);
   LoadRequest request = testing::request_of(files);
   for (const char *name : {"environment", "arguments"}) {
      std::istringstream lines(files.contains(name) ? files.at(name) : "");
      for (std::string line; std::getline(lines, line);)
         add_line(request, line);
   }
   LoadOutcome outcome = try_load(request);
   if (outcome.draft)
      (void)complete_plugins(*outcome.draft, schema_of, outcome.mistakes);
   outcome.mistakes.sort();
   return outcome.mistakes.empty() ? "no mistake\n" : outcome.mistakes.to_error().message + "\n";
}

std::vector<std::string> cases() {
   std::vector<std::string> names;
   for (const auto &entry : fs::directory_iterator(fs::path(NEBULA_GOLDEN_DIR) / "mistakes"))
      names.push_back(entry.path().filename().string());
   std::sort(names.begin(), names.end());
   return names;
}

class BeginnerMistake : public ::testing::TestWithParam<std::string> {};

TEST_P(BeginnerMistake, is_answered_with_place_reason_and_remedy) {
   const fs::path folder = fs::path(NEBULA_GOLDEN_DIR) / "mistakes" / GetParam();
   const std::string answer = answer_to(folder);
   if (std::getenv("NEBULA_UPDATE_GOLDEN") != nullptr)
      std::ofstream(folder / "message.txt", std::ios::binary) << answer;
   EXPECT_EQ(answer, slurp(folder / "message.txt"));
}

INSTANTIATE_TEST_SUITE_P(, BeginnerMistake, ::testing::ValuesIn(cases()), [](const auto &test) {
   std::string name = test.param;
   std::replace(name.begin(), name.end(), '-', '_');
   return name;
});

TEST(BeginnerMistakes, are_at_least_thirty) {
   EXPECT_GE(cases().size(), 30u);
}

} // namespace
} // namespace nebula::host::config
