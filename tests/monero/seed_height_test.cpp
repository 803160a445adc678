#include "core/seed_height.h"
#include "vectors.h"

#include <gtest/gtest.h>

namespace nebula::monero::test {

namespace {

const boost::json::object &seed() {
   return vectors().at("seed").as_object();
}

} // namespace

TEST(SeedHeight, is_what_the_daemon_showed) {
   for (const auto &value : seed().at("observed").as_array()) {
      const auto &row = value.as_object();
      const std::uint64_t height = number(row, "height");
      EXPECT_EQ(seed_height(height), number(row, "seed_height")) << height;
      EXPECT_EQ(next_seed_height(height) != seed_height(height), !text(row, "next_seed_hash").empty()) << height;
   }
}

TEST(SeedHeight, is_what_was_computed_around_every_edge) {
   for (const auto &value : seed().at("computed").as_array()) {
      const auto &row = value.as_object();
      const std::uint64_t height = number(row, "height");
      EXPECT_EQ(seed_height(height), number(row, "seed_height")) << height;
      EXPECT_EQ(next_seed_height(height) != seed_height(height), row.at("next_seed_announced").as_bool()) << height;
   }
}

TEST(SeedHeight, follows_a_daemon_with_a_shorter_epoch) {
   const auto &override_env = seed().at("override_env").as_object();
   const std::uint64_t blocks = number(override_env, "SEEDHASH_EPOCH_BLOCKS");
   const std::uint64_t lag = number(override_env, "SEEDHASH_EPOCH_LAG");
   for (const auto &value : override_env.at("rows").as_array()) {
      const auto &row = value.as_object();
      const std::uint64_t height = number(row, "height");
      EXPECT_EQ(seed_height(height, blocks, lag), number(row, "seed_height")) << height;
      EXPECT_EQ(seed_height(height + lag, blocks, lag) != seed_height(height, blocks, lag),
                !text(row, "next_seed_hash").empty())
         << height;
   }
}

} // namespace nebula::monero::test
