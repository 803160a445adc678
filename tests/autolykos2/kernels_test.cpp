// Every kernel this machine runs against libsodium, and the small parts that batches are made of.

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "batch.h"
#include "kernels.h"
#include "reference.h"

namespace nebula::test {
namespace {

using namespace nebula::autolykos2;

class Kernels : public testing::TestWithParam<const char *> {
protected:
   void SetUp() override {
      for (const Kernel *kernel : available_kernels())
         if (std::strcmp(kernel->name, GetParam()) == 0)
            kernel_ = kernel;
      if (!kernel_)
         GTEST_SKIP() << "SKIPPED: this processor cannot run the " << GetParam() << " kernel";
   }
   const Kernel *kernel_ = nullptr;
};

TEST_P(Kernels, pass_their_self_test) {
   EXPECT_TRUE(passes_self_test(*kernel_));
}

TEST_P(Kernels, compute_the_reference_s_elements) {
   const std::uint32_t seed = std::random_device{}();
   SCOPED_TRACE("seed " + std::to_string(seed));
   std::mt19937 random(seed);
   for (unsigned i = 0; i < 1600 / kernel_->lanes; ++i) {
      const auto height = static_cast<std::uint32_t>(random());
      std::array<std::uint32_t, k_lanes_max> index{};
      std::array<Number, k_lanes_max> got{};
      for (std::uint32_t &each : index)
         each = static_cast<std::uint32_t>(random() >> (random() % 32));
      kernel_->elements(index.data(), height, got.data());
      for (unsigned l = 0; l < kernel_->lanes; ++l)
         ASSERT_EQ(got[l], plain_element(index[l], height)) << "index " << index[l] << ", height " << height;
   }
}

TEST_P(Kernels, write_no_more_lanes_than_they_have) {
   const Number untouched{{1, 2, 3, 4}};
   std::array<Number, k_lanes_max + 1> got;
   got.fill(untouched);
   const std::array<std::uint32_t, k_lanes_max> index{};
   kernel_->elements(index.data(), 1, got.data());
   EXPECT_NE(got[kernel_->lanes - 1], untouched);
   EXPECT_EQ(got[kernel_->lanes], untouched);
}

INSTANTIATE_TEST_SUITE_P(Each, Kernels, testing::Values("plain", "avx2", "avx512"),
                         [](const auto &kernel) { return std::string(kernel.param); });

/// libsodium's, but for one bit of one lane.
template <unsigned Lane>
Kernel broken_elements() {
   Kernel kernel = k_plain_kernel;
   kernel.lanes = 4;
   kernel.elements = [](const std::uint32_t *index, std::uint32_t height, Number *out) noexcept {
      for (unsigned l = 0; l < 4; ++l)
         out[l] = plain_element(index[l], height);
      out[Lane].limb[0] ^= 1;
   };
   return kernel;
}

TEST(SelfTest, refuses_a_kernel_with_one_wrong_lane) {
   EXPECT_FALSE(passes_self_test(broken_elements<0>()));
   EXPECT_FALSE(passes_self_test(broken_elements<3>()));
}

TEST(SelfTest, refuses_a_kernel_that_hashes_one_kind_of_message_wrongly) {
   Kernel kernel = k_plain_kernel;
   kernel.hash = [](Short kind, const std::uint64_t *words, std::uint64_t *out) noexcept {
      k_plain_kernel.hash(kind, words, out);
      out[3] ^= kind == Short::seed;
   };
   EXPECT_FALSE(passes_self_test(kernel));
}

TEST(Modulus, is_the_remainder) {
   std::mt19937 random(1);
   for (const std::uint32_t divisor : {1u, 2u, 3u, 1009u, 1u << 26, 70'464'240u, 2'143'944'600u, 0xFFFFFFFFu}) {
      const Modulus modulus(divisor);
      for (const std::uint32_t x : {0u, 1u, divisor - 1, divisor, divisor + 1, 0xFFFFFFFEu, 0xFFFFFFFFu})
         EXPECT_EQ(modulus.of(x), x % divisor) << x << " mod " << divisor;
      for (unsigned i = 0; i < 20'000; ++i) {
         const auto x = static_cast<std::uint32_t>(random());
         ASSERT_EQ(modulus.of(x), x % divisor) << x << " mod " << divisor;
      }
   }
}

TEST(Sum, carries_through_all_limbs) {
   Sum sum;
   const Number ones{{~0ull, ~0ull, ~0ull, ~0ull >> 8}}; // the largest element
   for (unsigned i = 0; i < k_terms; ++i)
      sum.add(ones);
   // 32 (2^248 - 1) = 2^253 - 32
   EXPECT_EQ(sum.number(), (Number{{~0ull - 31, ~0ull, ~0ull, ~0ull >> 3}}));
}

} // namespace
} // namespace nebula::test
