#pragma once

/// Seeds of fuzz targets that are made rather than written: the test that makes one keeps it in tests/fuzz/corpus when
/// NEBULA_UPDATE=1 is in the environment, and checks at each run that the kept one still leads its target inside.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace nebula::test {

inline std::string kept_seed(const std::string &target, const std::string &name, std::string_view made) {
   const std::filesystem::path path = std::filesystem::path(NEBULA_SOURCE_DIR "/tests/fuzz/corpus") / target / name;
   const char *update = std::getenv("NEBULA_UPDATE");
   if (update != nullptr && std::string_view(update) == "1") {
      std::filesystem::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << made;
   }
   std::ifstream file(path, std::ios::binary);
   EXPECT_TRUE(file) << path << " is missing: run this test with NEBULA_UPDATE=1";
   return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace nebula::test
