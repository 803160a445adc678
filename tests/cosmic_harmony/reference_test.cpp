#include <gtest/gtest.h>

#include "algorithms.h"
#include "cosmic_harmony.h"
#include "native5.h"
#include "vectors.h"

namespace nebula::test {
namespace {

using namespace nebula::cosmic_harmony;

template <class Digest>
Bytes bytes_of(const Digest &digest) {
   return {digest.begin(), digest.end()};
}

TEST(CosmicHarmony, gives_every_known_answer) {
   const auto vectors = cosmic_harmony_vectors();
   ASSERT_EQ(vectors.size(), 24u);
   for (const Vector &v : vectors)
      EXPECT_EQ(hex(bytes_of(hash(v.message, v.nonce))), hex(v.digest)) << v.name;
}

TEST(CosmicHarmony, ignores_what_follows_the_first_32_bytes) {
   Bytes message(80, 7);
   const Digest before = hash(message, 5);
   message[32] ^= 1;
   EXPECT_EQ(hash(message, 5), before);
   message.resize(32);
   EXPECT_EQ(hash(message, 5), before);
   message[31] ^= 1;
   EXPECT_NE(hash(message, 5), before);
}

TEST(CosmicHarmony, finds_the_recorded_shares_and_none_before_them) {
   const auto searches = share_searches();
   ASSERT_FALSE(searches.empty());
   for (const Search &search : searches) {
      const State state = absorb(search.message);
      std::uint32_t nonce = 0;
      while (permute(state, nonce)[0] > search.target)
         ++nonce;
      EXPECT_EQ(nonce, search.first_valid_nonce);
      EXPECT_EQ(bytes_of(hash(search.message, nonce)), search.digest);
   }
}

TEST(Native5, gives_every_known_answer) {
   const auto vectors = native5_vectors();
   ASSERT_EQ(vectors.size(), 24u);
   for (const Vector &v : vectors)
      EXPECT_EQ(hex(bytes_of(native5(v.message, v.nonce))), hex(v.digest)) << v.name;
}

TEST(Native5, reads_the_whole_message) {
   Bytes message(2000, 7);
   const auto before = native5(message, 5);
   message.back() ^= 1;
   EXPECT_NE(native5(message, 5), before);
}

void expect_table_gives_its_own_answers(const AlgorithmSpec &spec) {
   const Algorithm algorithm(spec);
   const neb_pow_algorithm &table = *algorithm.table();
   ASSERT_EQ(table.vector_count, 24u);
   for (std::uint32_t i = 0; i < table.vector_count; ++i) {
      const neb_pow_vector &v = table.vectors[i];
      Bytes digest(table.digest_bytes);
      ASSERT_EQ(table.hash(&table, &v.epoch, v.input, digest.data(), nullptr), NEB_OK);
      EXPECT_EQ(digest, Bytes(v.digest.ptr, v.digest.ptr + v.digest.len)) << "vector " << i;
   }
}

TEST(Algorithms, carry_known_answers_that_hold) {
   expect_table_gives_its_own_answers(cosmic_harmony_spec());
   expect_table_gives_its_own_answers(native5_spec());
}

TEST(Algorithms, refuse_an_input_without_a_nonce_and_one_that_is_too_long) {
   const Algorithm algorithm(cosmic_harmony_spec());
   const neb_pow_algorithm &table = *algorithm.table();
   const neb_pow_epoch epoch{};
   std::uint8_t digest[32];
   const Bytes input(table.input_bytes_max + 1);
   EXPECT_EQ(table.hash(&table, &epoch, {input.data(), 3}, digest, nullptr), NEB_E_INVALID);
   EXPECT_EQ(table.hash(&table, &epoch, {input.data(), input.size()}, digest, nullptr), NEB_E_INVALID);
   EXPECT_EQ(table.hash(&table, &epoch, {input.data(), input.size() - 1}, digest, nullptr), NEB_OK);
}

TEST(Algorithms, read_the_first_four_digest_bytes_as_the_most_significant_word) {
   EXPECT_EQ(cosmic_harmony_spec().digest_order, NEB_POW_ORDER_WORDS32);
   EXPECT_EQ(native5_spec().digest_order, NEB_POW_ORDER_WORDS32);
}

} // namespace
} // namespace nebula::test
