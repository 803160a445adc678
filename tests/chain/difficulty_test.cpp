#include "core/difficulty.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace nebula::chain {
namespace {

TEST(Difficulty, and_target_are_exact_inverses) {
   std::mt19937_64 random(11);
   for (std::uint64_t difficulty : {1ull, 2ull, 3ull, 1'000ull, 1ull << 63, (1ull << 63) - 1})
      EXPECT_EQ(difficulty_of(target_of(difficulty)), difficulty);
   for (int i = 0; i < 1'000; ++i) {
      const std::uint64_t difficulty = (random() >> (1 + random() % 62)) + 1;
      EXPECT_EQ(difficulty_of(target_of(difficulty)), difficulty);
   }
}

TEST(Difficulty, of_a_zero_target_is_the_maximum) {
   EXPECT_EQ(difficulty_of(U256()), k_max_difficulty);
}

TEST(Lwma, keeps_the_start_difficulty_until_three_solve_times_are_known) {
   std::vector<TimedTarget> blocks;
   for (std::uint64_t i = 0; i < 4; ++i) {
      EXPECT_EQ(next_target(blocks, 120, 500), target_of(500)) << i;
      blocks.push_back({1'000 + i, target_of(500)});
   }
   EXPECT_NE(next_target(blocks, 120, 500), target_of(500));
}

TEST(Lwma, equals_the_formula_computed_by_hand) {
   // Three solve times 100, 1000 (cut to 300) and -5 (counted 1) at 120 s: weighted 100 + 600 + 3 = 703.
   // Difficulties 1000, 2000, 3000: 6000 * 120 * 918 * 4 / (2000 * 703) = 1880.
   const std::vector<TimedTarget> blocks = {
      {10'000, target_of(9)}, {10'100, target_of(1'000)}, {11'100, target_of(2'000)}, {11'095, target_of(3'000)}};
   EXPECT_EQ(difficulty_of(next_target(blocks, 120, 1)), 1'880u);
}

TEST(Lwma, looks_at_thirty_solve_times_and_no_more) {
   std::vector<TimedTarget> blocks;
   for (std::uint64_t i = 0; i < 31; ++i)
      blocks.push_back({1'000 + i * 120, target_of(1'000)});
   const U256 before = next_target(blocks, 120, 1);
   blocks.insert(blocks.begin(), {1, target_of(1)});
   EXPECT_EQ(next_target(blocks, 120, 1), before);
}

TEST(Lwma, of_the_largest_difficulties_does_not_wrap) {
   std::vector<TimedTarget> blocks;
   for (std::uint64_t i = 0; i < 31; ++i)
      blocks.push_back({1'000 + i, target_of(k_max_difficulty)});
   EXPECT_EQ(difficulty_of(next_target(blocks, 120, 1)), k_max_difficulty);
}

/// Exponential solve times at a constant hash rate; returns the mean spacing over the later blocks.
double simulate(std::uint64_t spacing_s, double rate, std::uint64_t seed) {
   std::mt19937_64 random(seed);
   std::uniform_real_distribution<double> uniform(1e-12, 1.0);
   std::vector<TimedTarget> blocks;
   double now = 1'000'000;
   double start = 0;
   constexpr int k_blocks = 12'000;
   for (int i = 0; i < k_blocks; ++i) {
      const std::size_t window = std::min<std::size_t>(blocks.size(), k_lwma_blocks + 1);
      const U256 target = next_target({blocks.data() + blocks.size() - window, window}, spacing_s, 1'000);
      now -= std::log(uniform(random)) * static_cast<double>(difficulty_of(target)) / rate;
      blocks.push_back({static_cast<std::uint64_t>(now), target});
      if (i == 1'000)
         start = now;
   }
   return (now - start) / (k_blocks - 1'001);
}

TEST(Lwma, holds_the_spacing_within_five_percent_at_a_constant_hash_rate) {
   for (const std::uint64_t spacing : {8u, 120u, 240u}) {
      const std::uint64_t seed = 42 + spacing;
      const double mean = simulate(spacing, 5'000, seed);
      EXPECT_NEAR(mean / static_cast<double>(spacing), 1.0, 0.05) << "spacing " << spacing << " seed " << seed;
   }
}

} // namespace
} // namespace nebula::chain
