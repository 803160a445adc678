#pragma once

/// A plugin instance's host for the tests of the SDK: the real one, on a node of its own.

#include "host/config/config_api.h"
#include "host/config/json_value.h"
#include "host/ext/instance_host.h"
#include "host/validate/test_node.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

namespace nebula {

class WithHost : public testing::Test {
protected:
   void SetUp() override { make("{}"); }

   void TearDown() override {
      instance_.reset();
      std::filesystem::remove_all(folder_);
   }

   void make(const std::string &config_json) {
      instance_.reset();
      folder_ = testing::TempDir() + "nebula-sdk-" + testing::UnitTest::GetInstance()->current_test_info()->name();
      std::filesystem::remove_all(folder_);
      std::filesystem::create_directories(folder_);
      auto node = host::validation::TestNode::make({.data_root = folder_});
      ASSERT_TRUE(node) << node.error().message;
      node_ = *node;
      host::config::Origin origin;
      origin.source = std::make_shared<const std::string>("test.yaml");
      config_ = host::config::from_json(boost::json::parse(config_json), origin);
      config_table_ = host::config::config_table(nullptr);
      instance_ = std::make_unique<host::InstanceHost>(
         node_->services(), host::InstanceSpec{.instance = "subject",
                                               .plugin = "subject",
                                               .plugin_version = "1.0.0",
                                               .config_table = &config_table_,
                                               .config_root = host::config::as_handle(config_)});
      instance_->set_state(host::InstanceState::created);
   }

   void run() {
      instance_->open_tasks();
      instance_->set_state(host::InstanceState::running);
   }

   [[nodiscard]] const neb_host *raw() const { return instance_->record(); }

   std::string folder_;
   host::validation::TestNode *node_ = nullptr; // lives as long as the process
   host::config::Value config_;
   neb_ext_config config_table_{};
   std::unique_ptr<host::InstanceHost> instance_;
};

} // namespace nebula
