#include <gtest/gtest.h>

#include <map>

#include "answers.h"
#include "member.h"
#include "scanner.h"
#include "support.h"
#include "variants.h"

namespace nebula::test {
namespace {

using namespace nebula::yescrypt;

TEST(Variants, are_the_functions_that_miners_mean_by_these_names) {
   const std::map<std::string, std::string> answers = {
      {"yescrypt", "5ea2b2956a9eace30a3237ff1d441edee1dc25aab8f0ea15c12165f83a7bc265"},
      {"yescryptr8", "a59fec4c4fdda16e3b1405adda66d525b68e7cadfcfe6ac066c7ad118cd80590"},
      {"yescryptr16", "927e72d0ded3d80475473f40f1743c67289d453d5242d4f55af4e325e06699c5"},
      {"yescryptr24", "0e1366973211e7fea8ad9d81989c84a254d968c9d333dd8ff099324f38611e04"},
      {"yescryptr32", "3ae05abb3c5cf6f75415a92554c98d50e38ec9552cfa78373616f480b24e559f"},
      {"yespower", "d5efb813cd263e9b34540130233cbbc6a921fbff3431e5ec1a1abde2aea6ff4d"},
      {"yespowerr16", "33fb8f063824a4a020f63dca535f5ca66ab5576468c75d1ccaac7542f76495ac"}};
   ASSERT_EQ(named_variants().size(), answers.size());
   for (const Variant &variant : named_variants()) {
      ASSERT_TRUE(answers.contains(variant.name)) << variant.name;
      EXPECT_EQ(hex(reference(parse_parameters(variant.parameters), counting_input())), answers.at(variant.name));
   }
}

TEST(Variants, are_provided_with_what_a_pool_needs_to_know) {
   FakeHost host;
   const Shared shared = all_kernels();
   Member member(shared, "yescryptr8", "text", parse_parameters("version=0.5,N=2048,r=8,pers=Client Key"));
   member.provide(host.host());
   ASSERT_EQ(host.provided().size(), 1 + shared.kernels.size());
   EXPECT_EQ(host.provided()[0].id, NEB_SVC_POW_ALGORITHM);
   const neb_pow_algorithm &algorithm = member.algorithm();
   EXPECT_EQ(algorithm.digest_order, NEB_POW_ORDER_LITTLE);
   EXPECT_EQ(algorithm.nonce_offset, 76u);
   EXPECT_EQ(algorithm.nonce_bytes, 4u);
   EXPECT_EQ(algorithm.flags, 0u);
   EXPECT_GE(algorithm.vector_count, 2u); // the counting input, and a block of a coin
   for (std::size_t i = 0; i < shared.kernels.size(); ++i) {
      const FakeHost::Service &backend = host.provided()[i + 1];
      EXPECT_EQ(backend.name, concat("yescryptr8/", shared.kernels[i].name));
      EXPECT_EQ(backend.properties, concat("algorithm=yescryptr8,", shared.kernels[i].properties));
   }
}

TEST(Variants, hash_inputs_of_any_length_up_to_their_limit) {
   const Shared shared = all_kernels();
   const Parameters parameters{Version::v0_5, 1024, 8, {Personality::Kind::input}};
   const Member member(shared, "small", "text", parameters);
   const neb_pow_algorithm &algorithm = member.algorithm();
   std::vector<std::uint64_t> scratch(algorithm.scratch_bytes / 8 + 8);
   void *aligned = scratch.data() + (64 - reinterpret_cast<std::uintptr_t>(scratch.data()) % 64) / 8;
   Random random(3);
   const Bytes input = random.bytes(k_input_bytes_max + 1);
   common::Digest256 digest;
   for (const std::size_t length : {1, 2, 63, 64, 65, 112, 1024}) {
      ASSERT_EQ(algorithm.hash(&algorithm, nullptr, {input.data(), length}, digest.data(), aligned), NEB_OK);
      EXPECT_EQ(hex(digest), hex(reference(parameters, std::span(input).first(length)))) << length << " bytes";
   }
   EXPECT_EQ(algorithm.hash(&algorithm, nullptr, {input.data(), 0}, digest.data(), aligned), NEB_E_INVALID);
   EXPECT_EQ(algorithm.hash(&algorithm, nullptr, {input.data(), 1025}, digest.data(), aligned), NEB_E_INVALID);
}

TEST(Variants, have_answers_that_parse) {
   for (const Variant &variant : named_variants())
      EXPECT_GE(known_answers(parse_parameters(variant.parameters)).size(), 1u) << variant.name;
}

} // namespace
} // namespace nebula::test
