#include "pow/toy.h"

#include <nebula/ext/health.h>

#include <gtest/gtest.h>

namespace nebula::host::toy {

namespace {

config::AlgorithmSettings settings(std::string select, std::vector<std::string> fallback = {}) {
   config::AlgorithmSettings out;
   out.name = "toy";
   out.select = std::move(select);
   out.fallback = std::move(fallback);
   return out;
}

const Fault k_wrong{[](std::uint64_t, std::uint8_t *digest) { digest[3] ^= 1; }, {}};

} // namespace

TEST(Selection, GivesEveryAlgorithmTheReference) {
   Bench bench;
   EXPECT_EQ(bench.serving(bench.find()), "toy/reference");
}

TEST(Selection, PrefersAKernelOfTheProcessorByDefaultAndNoDeviceBesideIt) {
   Bench bench;
   const ToyBackend scalar("toy/scalar", "device=cpu,kind=scalar"), simd("toy/simd", "device=cpu,kind=simd"),
      gpu("toy/gpu", "device=gpu,kind=opencl");
   bench.add(gpu);
   bench.add(scalar);
   bench.add(simd);
   EXPECT_EQ(bench.serving(bench.find()), "toy/simd");
   EXPECT_EQ(bench.serving(bench.find("algorithm=toy, device=gpu")), "toy/gpu");
   EXPECT_EQ(bench.serving(bench.find("algorithm=toy, device=fpga")), "nobody");
}

TEST(Selection, FollowsTheSectionAndItsFallbacksInOrder) {
   Bench bench;
   const ToyBackend bad("toy/bad", "device=gpu", k_wrong), good("toy/good", "device=cpu,kind=scalar");
   bench.add(bad);
   bench.add(good);
   ASSERT_TRUE(bench.pow.configure({settings("device=gpu", {"kind=scalar", "kind=reference"})}));
   Slot &slot = bench.find();
   EXPECT_EQ(bench.serving(slot), "toy/good");
   const std::string explained = bench.pow.explain("toy").value();
   EXPECT_NE(explained.find("refused: "), std::string::npos);
   EXPECT_NE(explained.find("the clause device=gpu"), std::string::npos);
   const std::lock_guard lock(bench.mutex);
   EXPECT_EQ(bench.health.back().first, NEB_HEALTH_DEGRADED);
}

TEST(Selection, ImpliesNoFallbackWhereASelectIsWritten) {
   Bench bench;
   const ToyBackend bad("toy/bad", "device=gpu", k_wrong);
   bench.add(bad);
   ASSERT_TRUE(bench.pow.configure({settings("device=gpu")}));
   EXPECT_EQ(bench.serving(bench.find()), "nobody");
}

TEST(Selection, KeepsTheFormerSectionWhenTheNewOneIsWrong) {
   Bench bench;
   ASSERT_TRUE(bench.pow.configure({settings("kind=reference")}));
   const auto refused = bench.pow.configure({settings("device==gpu,,")});
   ASSERT_FALSE(refused);
   EXPECT_EQ(refused.error().kind, ErrorKind::configuration);
   EXPECT_EQ(bench.serving(bench.find()), "toy/reference");
}

TEST(Selection, MovesLiveAndBackAgain) {
   Bench bench;
   const ToyBackend simd("toy/simd", "device=cpu,kind=simd"), scalar("toy/scalar", "device=cpu,kind=scalar");
   bench.add(simd);
   bench.add(scalar);
   Slot &slot = bench.find();
   EXPECT_EQ(bench.serving(slot), "toy/simd");
   const auto generation = slot.generation();
   ASSERT_TRUE(bench.pow.use("toy", "kind=scalar"));
   EXPECT_EQ(bench.serving(slot), "toy/scalar");
   EXPECT_NE(bench.pow.explain("toy").value().find("computed by toy/scalar for miner"), std::string::npos);
   EXPECT_EQ(slot.generation(), generation) << "backends of one kind change without the consumer's notice";
   ASSERT_TRUE(bench.pow.use("toy", ""));
   EXPECT_EQ(bench.serving(slot), "toy/simd");
}

TEST(Selection, RefusesToUseWhatFailsTheGateAndChangesNothing) {
   Bench bench;
   const ToyBackend bad("toy/bad", "device=gpu", k_wrong);
   bench.add(bad);
   Slot &slot = bench.find();
   EXPECT_FALSE(bench.pow.use("toy", "device=gpu"));
   EXPECT_FALSE(bench.pow.use("nothing", "device=gpu"));
   EXPECT_EQ(bench.serving(slot), "toy/reference");
}

TEST(Selection, ChangesTheGenerationWhenAnotherNumberOfSessionsPays) {
   Bench bench;
   const ToyBackend simd("toy/simd", "device=cpu,kind=simd"), device("toy/device", "device=gpu", {}, 1);
   bench.add(simd);
   bench.add(device);
   Slot &slot = bench.find();
   const auto generation = slot.generation();
   ASSERT_TRUE(bench.pow.use("toy", "device=gpu"));
   EXPECT_EQ(bench.serving(slot), "toy/device");
   EXPECT_NE(slot.generation(), generation);
}

TEST(Selection, ChecksOnlyWhatIsAboutToServe) {
   Bench bench;
   const ToyBackend simd("toy/simd", "device=cpu,kind=simd"), gpu("toy/gpu", "device=gpu");
   bench.add(simd);
   bench.add(gpu);
   (void)bench.find();
   EXPECT_GT(simd.hashes(), 0u);
   EXPECT_EQ(gpu.hashes(), 0u);
}

TEST(Selection, EmptiesTheSlotWhenTheAlgorithmLeavesAndFillsItWhenItIsBack) {
   Bench bench;
   Slot &slot = bench.find();
   ASSERT_NE(slot.table(), nullptr);
   ASSERT_TRUE(bench.pow.instance_removed("toy", 1'000'000'000));
   EXPECT_EQ(slot.table(), nullptr);
   ASSERT_TRUE(bench.pow.algorithm_added(provided_algorithm(algorithm())));
   bench.pow.instance_ready("toy");
   bench.pow.settle();
   EXPECT_NE(slot.table(), nullptr);
}

TEST(Selection, RefusesASecondBackendOfTheSameNameAndOneWithoutItsAlgorithm) {
   Bench bench;
   const ToyBackend one("toy/one", "device=cpu"), same("toy/one", "device=gpu");
   bench.add(one);
   EXPECT_FALSE(bench.pow.backend_added(same.provided("other")));
   const ToyBackend two("toy/two", "device=cpu");
   Provided nameless = two.provided();
   nameless.properties.erase("algorithm");
   EXPECT_FALSE(bench.pow.backend_added(nameless));
   EXPECT_FALSE(bench.pow.algorithm_added(provided_algorithm(algorithm(), "other")));
}

} // namespace nebula::host::toy
