#include <gtest/gtest.h>

#include <random>

#include "kernels.h"
#include "vectors.h"

namespace nebula::test {
namespace {

using namespace nebula::cosmic_harmony;

using Found = std::array<std::uint64_t, 1024>;

bool bit(const Found &found, std::uint32_t nonce) {
   return (found[(nonce & 0xFFFF) >> 6] >> (nonce & 63) & 1) != 0;
}

/// A kernel must mark exactly the hits of the block, and no nonce beside it.
void expect_exact(const Kernel &kernel, const State &state, std::uint32_t first, unsigned bits, std::uint32_t target) {
   Found found{};
   const bool any = kernel.scan(make_block(state, first, bits), target, found.data());
   std::uint32_t marks = 0, hits = 0;
   for (const std::uint64_t word : found)
      marks += static_cast<std::uint32_t>(__builtin_popcountll(word));
   for (std::uint32_t i = 0; i < (1u << bits); ++i) {
      const bool hit = permute(state, first + i)[0] <= target;
      hits += hit;
      ASSERT_EQ(bit(found, first + i), hit) << kernel.name << ", nonce " << first + i << ", block of 2^" << bits;
   }
   EXPECT_EQ(marks, hits) << kernel.name;
   EXPECT_EQ(any, hits != 0) << kernel.name;
}

TEST(Kernels, pass_their_self_test) {
   for (const Kernel &kernel : available_kernels())
      EXPECT_TRUE(passes_self_test(kernel)) << kernel.name;
}

TEST(Kernels, fail_the_self_test_when_they_miss_or_invent_a_hit) {
   Kernel blind = available_kernels().front(), dreamer = blind;
   blind.scan = [](const Block &, std::uint32_t, std::uint64_t *) noexcept { return false; };
   dreamer.scan = [](const Block &block, std::uint32_t target, std::uint64_t *found) noexcept {
      (void)scan_scalar(block, target, found);
      found[0] |= 2;
      return true;
   };
   EXPECT_FALSE(passes_self_test(blind));
   EXPECT_FALSE(passes_self_test(dreamer));
}

TEST(Kernels, hit_every_known_answer_at_its_own_target_and_miss_it_one_below) {
   for (const Kernel &kernel : available_kernels())
      for (const Vector &v : cosmic_harmony_vectors()) {
         const State state = absorb(v.message);
         const std::uint32_t word = permute(state, v.nonce)[0];
         for (const unsigned bits : {6u, 9u, 16u}) {
            const Block block = make_block(state, v.nonce & ~((1u << bits) - 1), bits);
            Found at{}, below{};
            kernel.scan(block, word, at.data());
            EXPECT_TRUE(bit(at, v.nonce)) << kernel.name << ", " << v.name;
            kernel.scan(block, word - 1, below.data());
            EXPECT_FALSE(bit(below, v.nonce)) << kernel.name << ", " << v.name;
         }
      }
}

TEST(Kernels, find_exactly_the_reference_s_hits_in_random_blocks_of_every_size) {
   const std::uint32_t seed = std::random_device{}();
   SCOPED_TRACE("seed " + std::to_string(seed));
   Random random(seed);
   for (unsigned bits = k_block_bits_min; bits <= k_block_bits_max; ++bits)
      for (unsigned i = 0; i < 4; ++i) {
         State state;
         for (std::uint32_t &word : state)
            word = random();
         const std::uint32_t first = random() & ~((1u << bits) - 1);
         // From every nonce a hit to hardly any.
         const std::uint32_t target = i == 0 ? 0xFFFFFFFFu : random() >> (i * 6);
         for (const Kernel &kernel : available_kernels())
            ASSERT_NO_FATAL_FAILURE(expect_exact(kernel, state, first, bits, target));
      }
}

TEST(Kernels, agree_wherever_the_parts_of_the_free_variable_carry) {
   // The carries of the split form lie where low bits of the state put them: at the first vectors, at the last, at the
   // same one, and nowhere. The last rows lie on both sides of where it gives way to the plain form.
   const std::uint32_t seed = std::random_device{}();
   SCOPED_TRACE("seed " + std::to_string(seed));
   Random random(seed);
   const std::uint32_t word2[] = {0,          1,          31,         32,         33,         0x7FFF,     0x8000,
                                  0x1FFFF,    0x1FFE0,    0x1FF81,    0x20000,    0xFFFFFFFF, 0x07E00000, 0x07E0001F,
                                  0x07E00020, 0x07F00000, 0x07FFFFFF, 0x08000000, 0xFFE00000};
   for (const std::uint32_t s2 : word2)
      for (const bool together : {false, true}) { // whether two of the sums carry at the same place
         State state;
         for (std::uint32_t &word : state)
            word = random();
         state[0] = state[1] = 0; // so that the free variable begins at word 2
         state[2] = s2;
         if (together)
            state[6] = state[7];
         for (const Kernel &kernel : available_kernels())
            ASSERT_NO_FATAL_FAILURE(expect_exact(kernel, state, 0, 16, 0x0FFFFFFF)) << "word 2 is " << s2;
      }
}

TEST(Kernels, are_exact_in_many_whole_blocks) {
   // So many that every sum of the split form has had each of its carries, from none to three.
   const std::uint32_t seed = std::random_device{}();
   SCOPED_TRACE("seed " + std::to_string(seed));
   Random random(seed);
   for (unsigned i = 0; i < 24; ++i) {
      State state;
      for (std::uint32_t &word : state)
         word = random();
      for (const Kernel &kernel : available_kernels())
         ASSERT_NO_FATAL_FAILURE(expect_exact(kernel, state, i << 16, 16, 0x3FFFFFFF));
   }
}

TEST(Kernels, agree_at_both_ends_of_the_nonces) {
   const State state = absorb(Bytes(32, 0x5A));
   for (const Kernel &kernel : available_kernels()) {
      ASSERT_NO_FATAL_FAILURE(expect_exact(kernel, state, 0, 16, 0x00FFFFFF));
      ASSERT_NO_FATAL_FAILURE(expect_exact(kernel, state, 0xFFFF0000u, 16, 0x00FFFFFF));
      ASSERT_NO_FATAL_FAILURE(expect_exact(kernel, state, 0xFFFFFFC0u, 6, 0x3FFFFFFF));
   }
}

} // namespace
} // namespace nebula::test
