#include "core/nonce_space.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

namespace nebula::miner {

namespace {

std::string text(const Extranonce &extranonce) {
   return {reinterpret_cast<const char *>(extranonce.bytes.data()), extranonce.size};
}

} // namespace

TEST(NonceSpace, GivesEveryPairExactlyOnceForAnySizesOfPieces) {
   for (const std::uint64_t seed : {11u, 12u, 13u}) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      std::mt19937_64 random(seed);
      NonceSpace space(1, random());
      std::set<std::pair<std::string, std::uint64_t>> given;
      for (auto extranonce = space.next_extranonce(); extranonce; extranonce = space.next_extranonce()) {
         space.admit(100, 355);
         while (const auto range = space.take(1 + random() % 40))
            for (std::uint64_t i = 0; i < range->count; ++i)
               ASSERT_TRUE(given.emplace(text(*extranonce), range->first + i).second);
      }
      EXPECT_EQ(given.size(), 256u * 256u);
      EXPECT_EQ(given.begin()->second, 100u);
   }
}

TEST(NonceSpace, OfATemplateWithoutExtranonceHasOneEmptyExtranonce) {
   NonceSpace space(0, 99);
   const auto only = space.next_extranonce();
   ASSERT_TRUE(only);
   EXPECT_EQ(only->size, 0u);
   EXPECT_FALSE(space.next_extranonce());
   EXPECT_FALSE(space.next_extranonce());
}

TEST(NonceSpace, WalksToTheLastNonceOfTheWidestRange) {
   NonceSpace space(4, 0);
   ASSERT_TRUE(space.next_extranonce());
   space.admit(UINT64_MAX - 9, UINT64_MAX);
   EXPECT_EQ(space.take(7)->count, 7u);
   const auto last = space.take(1000);
   ASSERT_TRUE(last);
   EXPECT_EQ(last->first, UINT64_MAX - 2);
   EXPECT_EQ(last->count, 3u);
   EXPECT_FALSE(space.take(1));
   space.admit(0, UINT64_MAX);
   EXPECT_EQ(space.take(UINT64_MAX)->count, UINT64_MAX);
   EXPECT_EQ(space.take(UINT64_MAX)->count, 1u);
   EXPECT_FALSE(space.take(1));
}

TEST(NonceSpace, GivesNothingBeforeAnExtranonceWasAdmitted) {
   NonceSpace space(2, 0);
   EXPECT_FALSE(space.take(10));
   ASSERT_TRUE(space.next_extranonce());
   EXPECT_FALSE(space.take(10));
   space.admit(5, 4);
   EXPECT_FALSE(space.take(10)) << "an empty range";
}

TEST(NonceSpace, FillsEachWidthFromWhereItStarts) {
   for (std::uint32_t size = 1; size <= Extranonce::k_size_max; ++size) {
      NonceSpace space(size, 0x1122334455667788u);
      const auto first = space.next_extranonce(), second = space.next_extranonce();
      ASSERT_TRUE(first && second);
      EXPECT_EQ(first->size, size);
      EXPECT_EQ(first->bytes[0], 0x88);
      EXPECT_EQ(second->bytes[0], 0x89);
      EXPECT_NE(*first, *second);
   }
}

TEST(NonceSpace, WrapsAroundInsideItsWidth) {
   NonceSpace space(1, 0xff);
   EXPECT_EQ(space.next_extranonce()->bytes[0], 0xff);
   EXPECT_EQ(space.next_extranonce()->bytes[0], 0x00);
}

} // namespace nebula::miner
