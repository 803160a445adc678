#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

/// docs/design/pool-faults.md names tests and fuzz targets that there are, and every fuzz target.

namespace nebula::pool {
namespace {

namespace fs = std::filesystem;
const fs::path k_root = NEBULA_SOURCE_DIR;

std::string read(const fs::path &path) {
   std::ifstream file(path);
   EXPECT_TRUE(file) << path;
   return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> each_match(const std::string &text, const std::regex &what) {
   std::vector<std::string> out;
   for (std::sregex_iterator one(text.begin(), text.end(), what), end; one != end; ++one)
      out.push_back((*one)[1]);
   return out;
}

TEST(FaultList, names_tests_that_there_are) {
   const std::string list = read(k_root / "docs/design/pool-faults.md");
   std::string sources;
   for (const auto &entry : fs::directory_iterator(k_root / "tests/pool"))
      if (entry.path().extension() == ".cpp")
         sources += read(entry.path());
   std::size_t count = 0;
   for (const std::string &name : each_match(list, std::regex("`([A-Z][A-Za-z]+\\.[a-z0-9_*]+)`"))) {
      const std::size_t dot = name.find('.');
      const std::string suite = name.substr(0, dot), test = name.substr(dot + 1);
      EXPECT_NE(sources.find(test == "*" ? "TEST(" + suite + "," : "TEST(" + suite + ", " + test + ")"),
                std::string::npos)
         << name;
      ++count;
   }
   EXPECT_GT(count, 15u);
   const std::string faults = read(k_root / "tests/e2e/pool_faults.py");
   const auto scripted = each_match(list, std::regex("`([a-z0-9]+(?:_[a-z0-9]+){4,})`"));
   EXPECT_GT(scripted.size(), 15u);
   for (const std::string &name : scripted)
      EXPECT_NE(faults.find("def " + name + "():"), std::string::npos) << name;
}

TEST(FaultList, names_every_fuzz_target_of_what_others_say) {
   const std::string list = read(k_root / "docs/design/pool-faults.md");
   const auto begin = list.find("## What other processes");
   ASSERT_NE(begin, std::string::npos);
   const auto named = each_match(list.substr(begin), std::regex("`([a-z_]+)`[,| ]"));
   const std::set<std::string> names(named.begin(), named.end());
   std::size_t count = 0;
   for (const auto &entry : fs::directory_iterator(k_root / "tests/fuzz")) {
      const std::string file = entry.path().stem().string();
      if (!file.starts_with("fuzz_") || file == "fuzz_yescrypt_parameters") // of an algorithm
         continue;
      EXPECT_TRUE(names.contains(file.substr(5))) << file;
      ++count;
   }
   EXPECT_GT(count, 15u);
}

} // namespace
} // namespace nebula::pool
