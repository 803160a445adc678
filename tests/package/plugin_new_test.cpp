#include "host/tools/plugin_new.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

namespace nebula::host {
namespace {

TEST(PluginNew, WritesAWholeFolderUnderTheNewName) {
   for (const auto language : {PluginLanguage::c, PluginLanguage::cpp}) {
      const auto files = new_algorithm("moon-dust", language);
      ASSERT_TRUE(files) << files.error().message;
      for (const auto *needed : {"CMakeLists.txt", "README.md", "manifest.json"})
         EXPECT_TRUE(std::any_of(files->begin(), files->end(), [&](const auto &file) { return file.name == needed; }))
            << needed;
      for (const auto &file : *files)
         EXPECT_EQ(file.content.find("example-c"), std::string::npos) << file.name;
   }
}

TEST(PluginNew, RefusesNamesThatMinersCannotWrite) {
   for (const auto *name : {"", "Moon", "moon dust", "-moon", "moon-", "../moon", "mond_staub"})
      EXPECT_FALSE(new_algorithm(name, PluginLanguage::c)) << name;
   EXPECT_FALSE(new_algorithm(std::string(65, 'a'), PluginLanguage::c));
   EXPECT_TRUE(new_algorithm(std::string(64, 'a'), PluginLanguage::c));
}

TEST(PluginNew, OverwritesNothing) {
   const std::string folder = testing::TempDir() + "nebula-plugin-new";
   std::filesystem::remove_all(folder);
   const auto files = new_algorithm("moon", PluginLanguage::c);
   ASSERT_TRUE(files);
   EXPECT_TRUE(write_new_plugin(folder, *files));
   const auto again = write_new_plugin(folder, *files);
   ASSERT_FALSE(again);
   EXPECT_NE(again.error().message.find("not empty"), std::string::npos) << again.error().message;
   std::filesystem::remove_all(folder);
}

TEST(PluginNew, SaysHowItIsUsed) {
   EXPECT_EQ(plugin_new_main({"--help"}), 0);
   EXPECT_EQ(plugin_new_main({}), 64);
   EXPECT_EQ(plugin_new_main({"algorithm", "moon", "--language", "rust"}), 64);
   EXPECT_EQ(plugin_new_main({"algorithm", "moon", "--dir"}), 64);
}

} // namespace
} // namespace nebula::host
