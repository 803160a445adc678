// Choosing the work-group size: by measurement, once per device and driver.

#include <gtest/gtest.h>

#include "common/opencl/tuner.h"
#include "temp_folder.h"
#include "toy.h"

namespace nebula::test {
namespace {

using common::opencl::k_tuning_trials;
using common::opencl::Tuner;

std::vector<std::uint8_t> bytes(const std::string &text) {
   return {text.begin(), text.end()};
}

TEST(OpenClTuner, uses_the_first_candidate_until_it_knows_better) {
   Tuner tuner({64, 32});
   EXPECT_EQ(tuner.next(false), 64u);
   EXPECT_FALSE(tuner.best());
   EXPECT_EQ(Tuner({1}).best(), 1u) << "there is nothing to measure";
}

TEST(OpenClTuner, takes_the_candidate_with_the_best_time_per_nonce_whatever_the_outliers) {
   Tuner tuner({64, 32, 128});
   unsigned trials = 0;
   while (!tuner.best()) {
      const std::size_t local = tuner.next(true);
      // 32 is the fastest, though its first launch stalled.
      const std::uint64_t ns = local == 32 ? (++trials == 1 ? 900'000 : 1000) : 2000;
      tuner.report(local, 1000, ns);
   }
   EXPECT_EQ(tuner.best(), 32u);
   EXPECT_EQ(trials, k_tuning_trials);
   EXPECT_EQ(tuner.next(true), 32u);
}

TEST(OpenClTuner, compares_launches_of_different_lengths_by_nonce) {
   Tuner tuner({64, 32});
   while (!tuner.best()) {
      const std::size_t local = tuner.next(true);
      tuner.report(local, local == 32 ? 4000 : 1000, local == 32 ? 2000 : 1000);
   }
   EXPECT_EQ(tuner.best(), 32u);
}

TEST(OpenClTuner, recalls_only_what_it_could_have_measured) {
   for (const char *wrong :
        {"", "local=", "local=48", "local=32x", "local=-32", "size=32", "local=99999999999999999999"}) {
      Tuner tuner({64, 32});
      tuner.recall(bytes(wrong));
      EXPECT_FALSE(tuner.best()) << wrong;
   }
   Tuner tuner({64, 32});
   tuner.recall(bytes("local=32"));
   EXPECT_EQ(tuner.best(), 32u);
   EXPECT_EQ(tuner.remembered(), "local=32");
}

/// Which sizes the toy's launches had; 128 is its fastest.
std::map<std::size_t, unsigned> run(FakeOpenCl &driver, const std::filesystem::path &folder) {
   driver.kernel_ns = [](std::size_t, std::size_t local) { return local == 128 ? 3'000'000u : 4'000'000u; };
   driver.launches_of.clear();
   Toy toy(driver, std::make_shared<common::opencl::Store>(folder));
   toy.open();
   EXPECT_EQ(toy.submit(1, 0, 100'000), NEB_OK);
   EXPECT_EQ(toy.wait().nonces, toy_hits(0, 100'000));
   return driver.launches_of;
}

TEST(OpenClTuner, measures_on_the_launches_of_a_job_and_remembers_for_the_device_and_its_driver) {
   TempFolder temp;
   FakeOpenCl driver;
   auto sizes = run(driver, temp.path() / "cache");
   EXPECT_EQ(sizes[64], k_tuning_trials);
   EXPECT_GT(sizes[128], 5 * k_tuning_trials);

   sizes = run(driver, temp.path() / "cache");
   EXPECT_EQ(sizes.size(), 1u) << "remembered";
   EXPECT_GT(sizes[128], 0u);

   driver.driver_version = "2.0";
   sizes = run(driver, temp.path() / "cache");
   EXPECT_EQ(sizes[64], k_tuning_trials) << "another driver is measured again";
}

} // namespace
} // namespace nebula::test
