#pragma once

/// A node over fixture plugins, from a node.yaml given as text, in a folder of its own.

#include "host/config/load.h"
#include "host/config/settings.h"
#include "host/node/node.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace nebula::host::test {

class NodeTest : public ::testing::Test {
protected:
   void SetUp() override {
      std::string pattern = (std::filesystem::temp_directory_path() / "nebula-node-XXXXXX").string();
      ASSERT_NE(mkdtemp(pattern.data()), nullptr);
      folder_ = pattern;
      std::filesystem::create_directory(folder_ + "/data");
   }
   void TearDown() override {
      node_.reset();
      std::filesystem::remove_all(folder_);
   }

   /// The settings that a node.yaml with these entries below `plugins:` means. JOURNAL in it becomes the journal's
   /// path.
   [[nodiscard]] Result<config::Settings> settings(std::string plugins) const {
      for (auto at = plugins.find("JOURNAL"); at != std::string::npos; at = plugins.find("JOURNAL"))
         plugins.replace(at, 7, journal_path());
      const std::string text = "node: {name: test, network: dev}\nlog: {level: error}\nplugin_path: [" +
                               std::string(NEBULA_FIXTURES) + "]\n" + head_ + "plugins:\n" + plugins;
      config::LoadRequest request;
      request.path = "node.yaml";
      request.read_file = [&](const std::string &path) -> Result<std::string> {
         if (path == "node.yaml")
            return text;
         return Error{"No such file or directory", ErrorKind::unavailable};
      };
      auto loaded = config::load(request);
      if (!loaded)
         return loaded.error();
      return config::settings_of(loaded->root);
   }

   [[nodiscard]] Result<void> make(const std::string &plugins) {
      auto read = settings(plugins);
      if (!read)
         return read.error();
      NodeOptions options;
      options.settings = *read;
      options.context = {folder_, folder_ + "/bin/nebula", ""};
      options.data_dir = folder_ + "/data";
      options.version = "0.1.0";
      options.strict = true;
      auto node = Node::make(std::move(options));
      if (!node)
         return node.error();
      node_ = std::move(*node);
      return {};
   }

   [[nodiscard]] Result<void> run(const std::string &plugins) {
      if (auto made = make(plugins); !made)
         return made.error();
      return node_->start();
   }

   [[nodiscard]] Result<ReloadReport> reload(const std::string &plugins) {
      auto read = settings(plugins);
      if (!read)
         return read.error();
      return node_->reload(*read);
   }

   [[nodiscard]] std::string ask(const std::string &instance, const std::string &method) {
      auto answer = node_->request(instance, method, "{}");
      return answer ? *answer : answer.error().message;
   }

   /// What the puppets wrote so far, "a init, a start", and forgets it.
   [[nodiscard]] std::string journal() {
      std::ifstream file(journal_path());
      std::string text;
      for (std::string line; std::getline(file, line);)
         text += (text.empty() ? "" : ", ") + line;
      file.close();
      std::filesystem::remove(journal_path());
      return text;
   }

   [[nodiscard]] std::string journal_path() const { return folder_ + "/journal"; }

   std::string folder_;
   std::string head_; // further lines of node.yaml
   std::unique_ptr<Node> node_;
};

inline std::string text_of(const std::vector<std::string> &list) {
   std::string text;
   for (const auto &one : list)
      text += (text.empty() ? "" : " ") + one;
   return text;
}

} // namespace nebula::host::test
