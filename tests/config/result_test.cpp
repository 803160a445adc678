#include "host/util/result.h"

#include <gtest/gtest.h>
#include <memory>

namespace nebula::host {
namespace {

Result<std::unique_ptr<int>> make(bool good) {
   if (!good)
      return Error{"no int today", ErrorKind::temporary};
   return std::make_unique<int>(7);
}

Result<void> act(bool good) {
   if (!good)
      return Unexpected("cannot", ErrorKind::io);
   return {};
}

TEST(Result, holds_a_value_that_can_be_moved_out) {
   auto result = make(true);
   ASSERT_TRUE(result);
   const std::unique_ptr<int> owned = *std::move(result);
   EXPECT_EQ(*owned, 7);
}

TEST(Result, holds_an_error_with_its_exit_status) {
   const auto result = make(false);
   ASSERT_FALSE(result);
   EXPECT_EQ(result.error().message, "no int today");
   EXPECT_EQ(result.error().exit_code(), 75);
   EXPECT_EQ(result.error().within("start").message, "start: no int today");
}

TEST(Result, of_void_is_success_or_an_error) {
   EXPECT_TRUE(act(true));
   EXPECT_EQ(act(false).error().exit_code(), 74);
}

TEST(ResultDeathTest, the_value_of_a_failure_ends_the_program) {
   EXPECT_DEATH((void)make(false).value(), "programming error.*no int today");
   EXPECT_DEATH((void)act(true).error(), "programming error");
}

} // namespace
} // namespace nebula::host
