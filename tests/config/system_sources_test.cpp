#include "host/config/system_sources.h"

#include "host/config/limits.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

TEST(SystemSources, tell_a_missing_file_from_one_that_cannot_be_read) {
   EXPECT_EQ(read_system_file("/nonexistent/node.yaml").error().kind, ErrorKind::unavailable);
   EXPECT_EQ(read_system_file("/nonexistent/node.yaml").error().message, "No such file or directory");
   EXPECT_EQ(read_system_file("/").error().kind, ErrorKind::io);
}

TEST(SystemSources, stop_reading_an_endless_file_at_the_limit) {
   const auto endless = read_system_file("/dev/zero");
   ASSERT_TRUE(endless);
   EXPECT_GT(endless->size(), k_max_file_bytes);
   EXPECT_LT(endless->size(), 2 * k_max_file_bytes);
}

TEST(SystemSources, read_the_environment) {
   ::setenv("NEBULA_TEST_VARIABLE", "a=b", 1);
   EXPECT_EQ(system_environment()["NEBULA_TEST_VARIABLE"], "a=b");
}

TEST(Sources, paths_start_from_the_folder_of_the_file_that_names_them) {
   EXPECT_EQ(beside("node.yaml", "base.yaml"), "base.yaml");
   EXPECT_EQ(beside("/etc/nebula/node.yaml", "./conf/base.yaml"), "/etc/nebula/conf/base.yaml");
   EXPECT_EQ(beside("conf/node.yaml", "../base.yaml"), "base.yaml");
   EXPECT_EQ(beside("conf/node.yaml", "/abs/x"), "/abs/x");
}

} // namespace
} // namespace nebula::host::config
