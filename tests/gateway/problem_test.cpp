#include "core/problem.h"

#include <gtest/gtest.h>

namespace nebula::gateway {
namespace {

TEST(Problem, has_the_members_of_rfc_9457) {
   EXPECT_EQ(
      problem(404, "nothing \"here\"", "/x", "7"),
      R"({"type":"about:blank","title":"Not Found","status":404,"detail":"nothing \"here\"","instance":"/x","request_id":"7"})");
}

TEST(Problem, leaves_out_what_is_unknown) {
   EXPECT_EQ(problem(400, "no", "", ""), R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"no"})");
}

} // namespace
} // namespace nebula::gateway
