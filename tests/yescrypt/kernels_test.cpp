#include <gtest/gtest.h>

#include "answers.h"
#include "common/bytes.h"
#include "support.h"

namespace nebula::test {
namespace {

using namespace nebula::yescrypt;

/// The digest of `input` in place `way` of `count` hashes computed together. The others are those of nearby nonces.
common::Digest256 by_kernel(const Kernel &kernel, const Vector &v, unsigned way, unsigned count) {
   Bytes input = v.input;
   const auto offset = static_cast<std::uint32_t>(input.size()) - k_nonce_bytes;
   const std::uint32_t nonce = common::load_le32(input.data() + offset);
   Hasher hasher(kernel, v.parameters);
   Hasher::Digests digests;
   hasher.hash(input, offset, nonce - way, count, digests);
   return digests[way];
}

TEST(Kernels, pass_their_self_test) {
   for (const Kernel &kernel : available_kernels())
      EXPECT_TRUE(passes_self_test(kernel)) << kernel.name;
}

/// Right but for one bit, in the place of one of two hashes.
template <unsigned Wrong>
SmixForms flawed(Version version) noexcept {
   static SmixForms good[2];
   SmixForms &forms = good[version == Version::v1_0];
   forms = smix_sse2(version);
   static const auto spoil = [](const Workspace &work, unsigned way) { work.row[way * work.row_stride + 1000] ^= 1; };
   if (version == Version::v0_5)
      return {{forms.by_ways[0], [](const Workspace &work, std::uint32_t n, std::uint32_t r) noexcept {
                  good[0].by_ways[1](work, n, r);
                  spoil(work, Wrong);
               }}};
   return {{[](const Workspace &work, std::uint32_t n, std::uint32_t r) noexcept {
               good[1].by_ways[0](work, n, r);
               spoil(work, 0);
            },
            forms.by_ways[1]}};
}

TEST(Kernels, fail_the_self_test_when_one_of_two_hashes_is_wrong) {
   if (available_kernels().empty())
      GTEST_SKIP() << "SKIPPED: no kernel for this processor";
   EXPECT_FALSE(passes_self_test({"first wrong", "", flawed<0>}));
   EXPECT_FALSE(passes_self_test({"second wrong", "", flawed<1>}));
}

TEST(Kernels, fail_the_self_test_when_only_version_1_0_is_wrong) {
   if (available_kernels().empty())
      GTEST_SKIP() << "SKIPPED: no kernel for this processor";
   const auto wrong_in_1_0 = [](Version version) noexcept {
      return version == Version::v1_0 ? flawed<0>(version) : smix_sse2(version);
   };
   EXPECT_FALSE(passes_self_test({"wrong in 1.0", "", wrong_in_1_0}));
}

TEST(Kernels, give_every_known_answer_alone_and_in_both_places_of_a_pair) {
   for (const Kernel &kernel : available_kernels())
      for (const Vector &v : all_vectors()) {
         EXPECT_EQ(hex(by_kernel(kernel, v, 0, 1)), hex(v.digest)) << kernel.name << ", " << member_name(v.parameters);
         EXPECT_EQ(hex(by_kernel(kernel, v, 0, 2)), hex(v.digest)) << kernel.name << ", " << member_name(v.parameters);
         EXPECT_EQ(hex(by_kernel(kernel, v, 1, 2)), hex(v.digest)) << kernel.name << ", " << member_name(v.parameters);
      }
}

TEST(Kernels, agree_with_the_reference_on_random_inputs_of_the_smallest_function) {
   const std::uint32_t seed = std::random_device{}();
   SCOPED_TRACE("seed " + std::to_string(seed));
   Random random(seed);
   for (const Kernel &kernel : available_kernels())
      for (unsigned i = 0; i < 10; ++i) {
         Parameters parameters = random_parameters(random, k_n_min, k_n_min);
         parameters.r = k_r_min;
         expect_agreement(kernel, parameters, random);
      }
}

TEST(Kernels, agree_with_the_reference_on_any_parameters) {
   const std::uint32_t seed = std::random_device{}();
   SCOPED_TRACE("seed " + std::to_string(seed));
   Random random(seed);
   for (const Kernel &kernel : available_kernels())
      for (unsigned i = 0; i < 6; ++i)
         expect_agreement(kernel, random_parameters(random, k_n_min, 8192), random);
}

TEST(Hasher, takes_hashes_of_large_members_one_at_a_time) {
   EXPECT_EQ(ways_of({Version::v0_5, 4096, 32, {}}), 2u);
   EXPECT_EQ(ways_of({Version::v0_5, 16384, 32, {}}), 2u);
   EXPECT_EQ(ways_of({Version::v0_5, 32768, 32, {}}), 1u);
}

TEST(Hasher, carries_nothing_over_from_one_hash_to_the_next) {
   for (const Kernel &kernel : available_kernels()) {
      const Parameters parameters{Version::v1_0, 1024, 8, {}};
      Hasher used(kernel, parameters), fresh(kernel, parameters);
      Bytes input(80, 7);
      Hasher::Digests first, again, alone;
      used.hash(input, k_nonce_offset, 1, 2, first);
      used.hash(input, k_nonce_offset, 1, 2, again);
      fresh.hash(input, k_nonce_offset, 2, 1, alone);
      EXPECT_EQ(hex(first[0]), hex(again[0]));
      EXPECT_EQ(hex(first[1]), hex(again[1]));
      EXPECT_EQ(hex(first[1]), hex(alone[0]));
   }
}

} // namespace
} // namespace nebula::test
