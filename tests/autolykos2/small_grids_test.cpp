// The OpenCL kernels on grids small enough for a simulator that checks every access: oclgrind.sh runs these in one.

#include <gtest/gtest.h>

#include "backends.h"

namespace nebula::test {
namespace {

/// The simulator takes tenths of a second for an element.
std::uint32_t smallest_table_size(std::uint64_t height) {
   return 17 + static_cast<std::uint32_t>(height % 7);
}

class SmallGrids : public testing::TestWithParam<const char *> {};

TEST_P(SmallGrids, are_exact_with_ragged_ends_at_two_heights) {
   const BackendUnderTest backend(GetParam(), smallest_table_size);
   if (!backend.table())
      GTEST_SKIP() << "SKIPPED: no OpenCL device here: " << backend.why();
   TestSession session(*backend.table());
   for (const std::uint64_t height : {706u, 700u}) // the larger table first: oclgrind.sh says why
      for (const auto &[first, count] : {std::pair{0u, 1u}, std::pair{0xFFF0u, 90u}}) {
         const TestJob job{.height = height,
                           .first = first,
                           .count = count,
                           .target = target_of(0x1FFFFFFF),
                           .rule = smallest_table_size};
         ASSERT_NO_FATAL_FAILURE(expect_exact(job, session.run(job))) << height << ": " << first << ", " << count;
      }
}

INSTANTIATE_TEST_SUITE_P(Forms, SmallGrids, testing::Values("opencl", "opencl_2_parts", "opencl_4_parts"),
                         [](const auto &form) { return std::string(form.param); });

} // namespace
} // namespace nebula::test
