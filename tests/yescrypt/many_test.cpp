// Opt-in: many inputs through every kernel against the reference. NEBULA_YESCRYPT_INPUTS says how many (100,000).

#include <gtest/gtest.h>

#include <cstdlib>

#include "common/bytes.h"
#include "support.h"

namespace nebula::test {
namespace {

using namespace nebula::yescrypt;

/// 0: none, unless asked for.
unsigned inputs() {
   const char *text = std::getenv("NEBULA_YESCRYPT_INPUTS");
   if (text)
      return static_cast<unsigned>(std::strtoul(text, nullptr, 10));
   return std::getenv("NEBULA_TEST_SLOW") ? 100'000 : 0;
}

class ManyInputs : public testing::TestWithParam<Version> {};

TEST_P(ManyInputs, hash_as_the_reference_does_on_every_kernel) {
   if (inputs() == 0)
      GTEST_SKIP() << "SKIPPED: set NEBULA_TEST_SLOW=1 (ten minutes)";
   const std::uint32_t seed = std::random_device{}();
   SCOPED_TRACE("seed " + std::to_string(seed));
   Random random(seed);
   const Parameters parameters{GetParam(), 1024, 8, {}};
   std::vector<std::unique_ptr<Hasher>> hashers;
   for (const Kernel &kernel : available_kernels())
      hashers.push_back(std::make_unique<Hasher>(kernel, parameters));
   Hasher::Digests got;
   for (unsigned done = 0; done < inputs(); done += 2) {
      Bytes input = random.bytes(80);
      const std::uint32_t nonce = random();
      std::string want[2];
      for (std::uint32_t k = 0; k < 2; ++k) {
         common::store_le32(input.data() + 76, nonce + k);
         want[k] = hex(reference(parameters, input));
      }
      for (std::size_t i = 0; i < hashers.size(); ++i) {
         hashers[i]->hash(input, 76, nonce, 2, got);
         ASSERT_EQ(hex(got[0]), want[0]) << available_kernels()[i].name << ", nonce " << nonce << ", " << hex(input);
         ASSERT_EQ(hex(got[1]), want[1]) << available_kernels()[i].name << ", nonce " << nonce << ", " << hex(input);
      }
   }
}

INSTANTIATE_TEST_SUITE_P(Versions, ManyInputs, testing::Values(Version::v0_5, Version::v1_0), [](const auto &test) {
   return std::string(test.param == Version::v1_0 ? "yespower_1_0" : "yescrypt_0_5");
});

} // namespace
} // namespace nebula::test
