#include <gtest/gtest.h>

#include <cfenv>
#include <thread>

#include "algorithm.h"
#include "support.h"

namespace nebula::test {
namespace {

using namespace nebula::randomx;

class RandomX : public testing::Test {
protected:
   Bytes hash(const std::string &key, const Bytes &input) {
      const neb_pow_epoch epoch{key_of(key), 0};
      Bytes digest(32);
      const neb_pow_algorithm &table = *algorithm_.table();
      EXPECT_EQ(table.hash(&table, &epoch, bytes(input), digest.data(), nullptr), NEB_OK);
      return digest;
   }

   Maker maker_{{}, [] {}};
   KeyCaches caches_{maker_};
   Algorithm algorithm_{randomx_spec(caches_, nullptr)};
};

TEST_F(RandomX, gives_every_known_answer) {
   const auto all = vectors();
   ASSERT_EQ(all.size(), 5u);
   for (const Vector &v : all)
      EXPECT_EQ(hash(v.key, v.input), v.digest);
}

TEST_F(RandomX, carries_known_answers_that_hold) {
   const neb_pow_algorithm &table = *algorithm_.table();
   ASSERT_EQ(table.vector_count, 3u);
   for (std::uint32_t i = 0; i < table.vector_count; ++i) {
      const neb_pow_vector &v = table.vectors[i];
      Bytes digest(32);
      EXPECT_GE(v.input.len, k_nonce_offset + k_nonce_bytes) << "a backend must be able to mine it";
      ASSERT_EQ(table.hash(&table, &v.epoch, v.input, digest.data(), nullptr), NEB_OK);
      EXPECT_EQ(digest, Bytes(v.digest.ptr, v.digest.ptr + v.digest.len)) << "vector " << i;
   }
}

TEST_F(RandomX, is_known_as_miners_write_it_too) {
   const neb_pow_algorithm &table = *algorithm_.table();
   EXPECT_STREQ(table.name, "randomx");
   ASSERT_NE(table.aliases, nullptr);
   EXPECT_STREQ(table.aliases[0], "rx/0");
   EXPECT_EQ(table.aliases[1], nullptr);
}

TEST_F(RandomX, hashes_on_several_threads_at_once) {
   const auto all = vectors();
   std::vector<std::thread> threads;
   for (unsigned t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
         for (unsigned i = 0; i < 6; ++i) {
            const Vector &v = all[(t + i) % all.size()];
            EXPECT_EQ(hash(v.key, v.input), v.digest);
         }
      });
   for (std::thread &thread : threads)
      thread.join();
   EXPECT_EQ(caches_.count(), 2u) << "threads that want one key share its making";
}

TEST_F(RandomX, leaves_the_rounding_mode_of_the_thread_alone) {
   const Vector v = vectors().front();
   ASSERT_EQ(std::fesetround(FE_DOWNWARD), 0);
   EXPECT_EQ(hash(v.key, v.input), v.digest);
   EXPECT_EQ(std::fegetround(), FE_DOWNWARD);
   std::fesetround(FE_TONEAREST);
}

TEST_F(RandomX, refuses_keys_and_inputs_it_cannot_have) {
   const neb_pow_algorithm &table = *algorithm_.table();
   const std::string long_key(61, 'k');
   const neb_pow_epoch bad{key_of(long_key), 0}, good{key_of("k"), 0};
   Bytes digest(32);
   const Bytes input(k_input_bytes_max + 1);
   EXPECT_EQ(table.hash(&table, &bad, {input.data(), 76}, digest.data(), nullptr), NEB_E_INVALID);
   EXPECT_EQ(table.hash(&table, &good, {input.data(), input.size()}, digest.data(), nullptr), NEB_E_INVALID);
   EXPECT_EQ(caches_.count(), 0u);
}

TEST_F(RandomX, tells_the_same_with_every_way_to_run_programs) {
   const Vector v = vectors().front();
   for (const Jit jit : {Jit::automatic, Jit::secure, Jit::off}) {
      const Maker maker({.huge_pages = false, .jit = jit}, [] { FAIL() << "huge pages were not asked for"; });
      KeyCaches caches(maker);
      const Algorithm algorithm(randomx_spec(caches, nullptr));
      const neb_pow_epoch epoch{key_of(v.key), 0};
      Bytes digest(32);
      ASSERT_EQ(algorithm.table()->hash(algorithm.table(), &epoch, bytes(v.input), digest.data(), nullptr), NEB_OK);
      EXPECT_EQ(digest, v.digest);
   }
}

} // namespace
} // namespace nebula::test
