#include <gtest/gtest.h>

#include "core/difficulty.h"

namespace nebula::pool {
namespace {

TEST(Target, is_what_a_digest_meets_once_in_difficulty_hashes) {
   EXPECT_EQ(target_of(1), U256::max());
   EXPECT_EQ(target_of(0), U256::max());
   EXPECT_EQ(target_of(2), (U256(1) << 255) - U256(1));
   for (const Difficulty difficulty : {1ull, 2ull, 50ull, 65'536ull, 1ull << 40, (1ull << 63) - 1, ~0ull - 1}) {
      const Difficulty back = difficulty_of(target_of(difficulty));
      EXPECT_GE(back, difficulty);
      EXPECT_LE(back - difficulty, 1u) << difficulty;
   }
   EXPECT_EQ(difficulty_of(U256(0)), ~0ull);
}

TEST(Target, follows_zion_2_8_2_for_cosmic_harmony) {
   EXPECT_EQ(cosmic_target32(0), 0xFFFFFFFFu);
   EXPECT_EQ(cosmic_target32(1), 0xFFFFFFFFu);
   EXPECT_EQ(cosmic_target32(50), 0x051EB851u);
   EXPECT_EQ(cosmic_target32(50'000), 85'899u);
   EXPECT_EQ(cosmic_target32(~0ull), 1u);
   EXPECT_EQ(target_of_cosmic(0xFFFFFFFF), U256::max());
   EXPECT_EQ(target_of_cosmic(0), (U256(1) << 224) - U256(1));
}

TEST(Target, follows_xmrig) {
   EXPECT_EQ(xmrig_target64(1), ~0ull);
   EXPECT_EQ(xmrig_target64(2), ~0ull / 2);
   // Good when the highest 64 bits are below it.
   EXPECT_LT(target_of_xmrig(5), U256(5) << 192);
   EXPECT_EQ(target_of_xmrig(5) + U256(1), U256(5) << 192);
}

TEST(Target, writes_the_bitcoin_scale_exactly) {
   EXPECT_EQ(bitcoin_difficulty_text(65'536), "1");
   EXPECT_EQ(bitcoin_difficulty_text(0), "0");
   EXPECT_EQ(bitcoin_difficulty_text(32'768), "0.5");
   EXPECT_EQ(bitcoin_difficulty_text(1), "0.0000152587890625");
   EXPECT_EQ(bitcoin_difficulty_text(65'536 * 7 + 1), "7.0000152587890625");
}

} // namespace
} // namespace nebula::pool
