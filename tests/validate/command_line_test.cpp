#include "host/validate/check.h"
#include "host/validate/validate.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

namespace nebula::host::validation {
namespace {

ValidateOptions options_for(const std::string &fixture) {
   ValidateOptions options;
   options.file = std::string(FIXTURES) + "/libfixture-" + fixture + ".so";
   return options;
}

TEST(Validate, SaysThatThereIsNoSuchFile) {
   const auto report = validate(options_for("nowhere"));
   ASSERT_FALSE(report);
   EXPECT_EQ(report.error().kind, ErrorKind::unavailable);
   EXPECT_NE(report.error().message.find("No such file"), std::string::npos) << report.error().message;
}

TEST(Validate, SaysThatThereIsNoSuchCheck) {
   auto options = options_for("good");
   options.only = {"file.colour"};
   const auto report = validate(options);
   ASSERT_FALSE(report);
   EXPECT_EQ(report.error().kind, ErrorKind::usage);
}

TEST(Validate, RunsOneGroupAndWhatItNeeds) {
   auto options = options_for("good");
   options.only = {"load.threads"};
   const auto report = validate(options);
   ASSERT_TRUE(report);
   std::set<std::string_view> ran;
   for (const auto &check : report->checks)
      ran.insert(check.id);
   EXPECT_EQ(ran, (std::set<std::string_view>{"file.library", "file.entry", "load.opens", "load.threads"}));
}

TEST(Validate, WritesAReportForPrograms) {
   auto options = options_for("lazy");
   options.only = {"file"};
   const auto report = validate(options);
   ASSERT_TRUE(report);
   EXPECT_EQ(report->exit_code(), 1);
   const auto json = boost::json::parse(to_json(*report)).as_object();
   EXPECT_FALSE(json.at("good").as_bool());
   EXPECT_EQ(json.at("failed").to_number<int>(), 1);
   EXPECT_EQ(json.at("checks").as_array().size(), report->checks.size());
}

TEST(Validate, WritesAReportForPeople) {
   auto options = options_for("lazy");
   options.only = {"file.bind-now"};
   const auto report = validate(options);
   ASSERT_TRUE(report);
   const auto text = to_text(*report);
   EXPECT_NE(text.find("FAILED   bind-now"), std::string::npos) << text;
   EXPECT_NE(text.find("-Wl,-z,now"), std::string::npos) << text;
   EXPECT_NE(text.find("(seed 1)"), std::string::npos) << text;
}

TEST(Validate, LeavesNothingInTheTemporaryFolder) {
   auto options = options_for("good");
   options.only = {"life.stop"};
   options.scratch = testing::TempDir() + "/validate-scratch";
   ASSERT_TRUE(validate(options)) << "a given folder is used and kept";
}

TEST(Checks, NeedOnlyWhatCameBefore) {
   std::set<std::string> before;
   for (const auto &check : all_checks()) {
      std::istringstream needs{std::string(check.needs)};
      for (std::string needed; needs >> needed;)
         EXPECT_TRUE(before.contains(needed)) << check.id << " needs " << needed;
      EXPECT_TRUE(before.insert(std::string(check.id)).second) << check.id << " twice";
   }
}

} // namespace
} // namespace nebula::host::validation
