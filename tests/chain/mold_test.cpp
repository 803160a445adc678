#include "core/mold.h"

#include "core/networks.h"

#include "common/hex.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace nebula::chain {
namespace {

Header sample() {
   Header out = genesis_block(nebula_dev()).header;
   out.algorithm = 2;
   out.height = 7;
   out.time_s = 1'800'000'000;
   return out;
}

TEST(Mold, of_cosmic_harmony_is_the_commitment_and_the_nonce) {
   const AlgorithmParams algorithm = *nebula_dev().algorithm("cosmic-harmony");
   const auto input = mold_input(algorithm, sample());
   ASSERT_TRUE(input.ok());
   EXPECT_EQ(input->nonce_offset, k_nonce_appended);
   const Bytes whole = with_nonce(*input, 0x01020304);
   ASSERT_EQ(whole.size(), 36u);
   const Hash c = commitment(sample());
   EXPECT_TRUE(std::equal(c.begin(), c.end(), whole.begin()));
   EXPECT_EQ(common::to_hex(ByteView(whole).subspan(32)), "04030201");
}

TEST(Mold, of_randomx_has_the_layout_of_a_monero_hashing_blob) {
   const AlgorithmParams algorithm = *nebula_dev().algorithm("randomx");
   const auto input = mold_input(algorithm, sample());
   ASSERT_TRUE(input.ok());
   EXPECT_EQ(input->nonce_offset, 39u);
   const Bytes whole = with_nonce(*input, 0xAABBCCDD);
   ASSERT_EQ(whole.size(), 76u);
   EXPECT_EQ(common::to_hex(ByteView(whole).first(7)), "101080a4a7da06");
   EXPECT_EQ(common::to_hex(ByteView(whole).subspan(7, 32)), common::to_hex(commitment(sample())));
   EXPECT_EQ(common::to_hex(ByteView(whole).subspan(39, 4)), "ddccbbaa");
   EXPECT_EQ(common::to_hex(ByteView(whole).subspan(43, 32)), common::to_hex(sample().merkle_root));
   EXPECT_EQ(whole[75], 1);
}

TEST(Mold, of_randomx_refuses_a_time_that_moves_the_nonce) {
   const AlgorithmParams algorithm = *nebula_dev().algorithm("randomx");
   Header header = sample();
   for (const std::uint64_t time : {std::uint64_t{1} << 27, std::uint64_t{1} << 35}) {
      header.time_s = time;
      EXPECT_FALSE(mold_input(algorithm, header).ok());
   }
}

TEST(Mold, at_any_offset_carries_the_whole_commitment_beside_the_nonce) {
   AlgorithmParams algorithm = *nebula_dev().algorithm("cosmic-harmony");
   algorithm.mold = MoldId::offset;
   const Hash c = commitment(sample());
   for (const std::uint8_t nonce_bytes : {std::uint8_t{4}, std::uint8_t{8}}) {
      algorithm.nonce_bytes = nonce_bytes;
      for (std::uint32_t offset = 0; offset < 200; ++offset) {
         algorithm.nonce_offset = offset;
         const auto input = mold_input(algorithm, sample());
         ASSERT_TRUE(input.ok());
         const Bytes whole = with_nonce(*input, ~0ull);
         EXPECT_GE(whole.size(), 76u);
         EXPECT_EQ(std::ranges::search(whole, c).size(), 32u) << offset;
      }
   }
}

TEST(Mold, proof_has_one_form) {
   const AlgorithmParams algorithm = *nebula_dev().algorithm("cosmic-harmony");
   Proof proof = *make_proof(algorithm, 0xFFFFFFFF);
   EXPECT_TRUE(check_proof_form(algorithm, proof).ok());
   EXPECT_FALSE(make_proof(algorithm, 0x100000000).ok());
   proof.witness = {1};
   EXPECT_FALSE(check_proof_form(algorithm, proof).ok());
   proof.witness.clear();
   proof.mold = MoldId::offset;
   EXPECT_FALSE(check_proof_form(algorithm, proof).ok());
}

TEST(Mold, reserved_ids_are_refused) {
   AlgorithmParams algorithm = *nebula_dev().algorithm("cosmic-harmony");
   for (const MoldId mold : {MoldId::bitcoin_coinbase, MoldId::autolykos_message, static_cast<MoldId>(0)}) {
      algorithm.mold = mold;
      EXPECT_FALSE(mold_input(algorithm, sample()).ok());
   }
}

TEST(Digest, reads_in_the_order_of_its_algorithm) {
   Hash digest{};
   for (std::size_t i = 0; i < 32; ++i)
      digest[i] = static_cast<std::uint8_t>(i);
   EXPECT_EQ(common::to_hex(digest_number(DigestOrder::big, digest).to_big_endian()).substr(0, 8), "00010203");
   EXPECT_EQ(common::to_hex(digest_number(DigestOrder::little, digest).to_big_endian()).substr(0, 8), "1f1e1d1c");
   EXPECT_EQ(common::to_hex(digest_number(DigestOrder::words32, digest).to_big_endian()).substr(0, 16),
             "0302010007060504");
}

} // namespace
} // namespace nebula::chain
