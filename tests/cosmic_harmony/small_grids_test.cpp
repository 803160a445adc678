// The OpenCL kernels on grids small enough for a simulator that checks every access: oclgrind.sh runs these in one.

#include <gtest/gtest.h>

#include "backends.h"

namespace nebula::test {
namespace {

class SmallGrids : public testing::TestWithParam<const char *> {};

TEST_P(SmallGrids, are_exact_with_ragged_ends_and_several_hits_per_item) {
   const BackendUnderTest backend{GetParam()};
   if (!backend.table())
      GTEST_SKIP() << "SKIPPED: no OpenCL device here: " << backend.why();
   TestSession session(*backend.table());
   for (const auto &[first, count] : {std::pair{0u, 1u}, std::pair{0xFFFu, 2u}, std::pair{0xFFF0u, 600u}}) {
      const TestJob job{.first = first, .count = count, .target = target_of(0x0FFFFFFF)};
      ASSERT_NO_FATAL_FAILURE(expect_exact(job, session.run(job))) << first << ", " << count << " nonces";
   }
}

INSTANTIATE_TEST_SUITE_P(Forms, SmallGrids, testing::Values("opencl", "opencl_scalar"),
                         [](const auto &form) { return std::string(form.param); });

} // namespace
} // namespace nebula::test
