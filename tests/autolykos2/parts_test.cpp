// Tables on OpenCL devices that give no buffer for a whole one.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "backends.h"

namespace nebula::test {
namespace {

using namespace nebula::autolykos2;

// What tiny_table_size gives the least, some, a little more, and the most elements.
constexpr std::uint64_t k_least = 700, k_some = 703, k_more = 704, k_most = 706;

class Parts : public testing::TestWithParam<const char *> {
protected:
   void SetUp() override {
      if (!backend_.table())
         GTEST_SKIP() << "SKIPPED: no OpenCL device here: " << backend_.why();
   }

   /// Into how many buffers of equal size that is just enough a height's table went; 0: into others.
   std::size_t parts_at(std::uint64_t height) {
      (void)BackendUnderTest::take_table_buffers();
      TestSession session(*backend_.table());
      EXPECT_EQ(session.prepare(height), NEB_OK);
      const auto made = BackendUnderTest::take_table_buffers();
      const auto parts = static_cast<std::uint32_t>(made.size());
      const std::uint64_t bytes = parts ? Table::bytes_for((tiny_table_size(height) + parts - 1) / parts) : 0;
      return std::count(made.begin(), made.end(), bytes) == parts ? parts : 0;
   }

   /// Random nonces on random heights, some of them one after the other.
   void expect_exact_on_random_heights() {
      const std::uint32_t seed = std::random_device{}();
      SCOPED_TRACE("seed " + std::to_string(seed));
      std::mt19937_64 random(seed);
      TestSession session(*backend_.table());
      for (unsigned i = 0; i < 20; ++i) {
         // A target that some nonces meet: so the device's own hash decides.
         const TestJob job{.height = k_least + random() % 7,
                           .first = random() >> 1,
                           .count = 1 + random() % 300,
                           .target = target_of(0x3FFFFFFF)};
         ASSERT_NO_FATAL_FAILURE(expect_exact(job, session.run(job))) << "height " << job.height;
      }
   }

   const BackendUnderTest backend_{GetParam()};
};

using Two = Parts;
TEST_P(Two, buffers_hold_a_table_that_one_cannot) {
   EXPECT_EQ(parts_at(k_least), 2u);
   EXPECT_EQ(parts_at(k_most), 2u);
   expect_exact_on_random_heights();
}
INSTANTIATE_TEST_SUITE_P(OpenCl, Two, testing::Values("opencl_2_parts"));

using Four = Parts;
TEST_P(Four, buffers_hold_a_table_that_two_cannot) {
   EXPECT_EQ(parts_at(k_least), 4u);
   EXPECT_EQ(parts_at(k_most), 4u);
   expect_exact_on_random_heights();
}
INSTANTIATE_TEST_SUITE_P(OpenCl, Four, testing::Values("opencl_4_parts"));

using OneOrTwo = Parts;
TEST_P(OneOrTwo, buffers_hold_the_table_as_its_height_wants) {
   EXPECT_EQ(parts_at(k_least), 1u);
   EXPECT_EQ(parts_at(k_some), 1u);
   EXPECT_EQ(parts_at(k_more), 2u);
   expect_exact_on_random_heights();
}
INSTANTIATE_TEST_SUITE_P(OpenCl, OneOrTwo, testing::Values("opencl_1_or_2_parts"));

using FourOrNone = Parts;
TEST_P(FourOrNone, buffers_hold_the_table_and_a_larger_one_is_refused_without_losing_the_device) {
   TestSession session(*backend_.table());
   EXPECT_EQ(session.prepare(k_more), NEB_E_NO_MEMORY);
   const TestJob larger{.height = k_more, .prepare_ahead = false};
   EXPECT_EQ(session.run(larger).status, NEB_E_NO_MEMORY);
   const TestJob job{.height = k_least, .count = 100, .target = target_of(0x3FFFFFFF)};
   expect_exact(job, session.run(job));
}
INSTANTIATE_TEST_SUITE_P(OpenCl, FourOrNone, testing::Values("opencl_4_parts_or_none"));

using None = Parts;
TEST_P(None, of_its_buffers_are_enough_and_the_session_says_so_when_it_is_opened) {
   try {
      const TestSession session(*backend_.table());
      FAIL() << "it was opened";
   } catch (const std::runtime_error &error) {
      EXPECT_NE(std::string(error.what()).find("in at most 4 buffers"), std::string::npos) << error.what();
   }
}
INSTANTIATE_TEST_SUITE_P(OpenCl, None, testing::Values("opencl_no_room"));

} // namespace
} // namespace nebula::test
