// Long work in slices, on the double.

#include <gtest/gtest.h>

#include "common/opencl/program.h"
#include "common/opencl/slices.h"
#include "fake_opencl.h"

namespace nebula::test {
namespace {

using namespace common::opencl;

/// Work on the double's device that notes which units each slice had.
struct Sliced {
   FakeOpenCl driver;
   Queue queue{driver.device()};
   Program program{queue, {.text = "t", .options = ""}, nullptr, {}};
   Kernel kernel{program.kernel("t")};
   std::vector<std::pair<std::uint64_t, std::uint64_t>> slices;
   std::vector<std::uint64_t> progress;

   [[nodiscard]] SlicedWork work(std::uint64_t total) {
      return {.total = total,
              .slice_first = 100,
              .granule = 10,
              .launch =
                 [this](std::uint64_t first, std::uint64_t count) {
                    slices.emplace_back(first, count);
                    return queue.launch(kernel, count, 1);
                 },
              .progress = [this](std::uint64_t done, std::uint64_t) { progress.push_back(done); }};
   }
};

bool never() {
   return false;
}

TEST(OpenClSlices, cover_all_units_once_in_order_and_report_each_step) {
   Sliced sliced;
   EXPECT_EQ(run_sliced(sliced.queue, sliced.work(12'345), never), NEB_OK);
   std::uint64_t next = 0;
   for (const auto &[first, count] : sliced.slices) {
      EXPECT_EQ(first, next);
      EXPECT_TRUE(count % 10 == 0 || first + count == 12'345u);
      next = first + count;
   }
   EXPECT_EQ(next, 12'345u);
   EXPECT_EQ(sliced.progress.size(), sliced.slices.size());
   EXPECT_EQ(sliced.progress.back(), 12'345u);
   EXPECT_TRUE(std::is_sorted(sliced.progress.begin(), sliced.progress.end()));
}

TEST(OpenClSlices, grow_towards_their_time) {
   Sliced sliced;
   sliced.driver.kernel_ns = [](std::size_t items, std::size_t) { return items * 10'000; }; // 20 ms for 2000
   EXPECT_EQ(run_sliced(sliced.queue, sliced.work(50'000), never), NEB_OK);
   const std::uint64_t usual = sliced.slices[sliced.slices.size() - 2].second;
   EXPECT_GE(usual, 1000u);
   EXPECT_LE(usual, 4000u);
}

TEST(OpenClSlices, shrink_towards_their_time_and_never_below_the_granule) {
   Sliced sliced;
   sliced.driver.kernel_ns = [](std::size_t items, std::size_t) { return items * 4'000'000; };
   EXPECT_EQ(run_sliced(sliced.queue, sliced.work(1000), never), NEB_OK);
   EXPECT_EQ(sliced.slices[sliced.slices.size() - 2].second, 10u);
}

TEST(OpenClSlices, end_soon_after_they_are_cancelled) {
   Sliced sliced;
   EXPECT_EQ(run_sliced(sliced.queue, sliced.work(1'000'000), [&] { return sliced.progress.size() >= 3; }),
             NEB_E_CANCELLED);
   EXPECT_LE(sliced.slices.size(), 5u);
}

TEST(OpenClSlices, throw_when_the_device_fails_and_say_whether_it_was_only_full) {
   for (const auto &[code, status] : {std::pair{CL_DEVICE_NOT_AVAILABLE, NEB_E_DEVICE},
                                      std::pair{CL_MEM_OBJECT_ALLOCATION_FAILURE, NEB_E_NO_MEMORY}}) {
      Sliced sliced;
      sliced.driver.launches_before_failure = 4;
      sliced.driver.launch_code = code;
      try {
         (void)run_sliced(sliced.queue, sliced.work(1'000'000), never);
         FAIL() << "it went on";
      } catch (const Error &error) {
         EXPECT_EQ(error.status(), status);
      }
   }
}

} // namespace
} // namespace nebula::test
