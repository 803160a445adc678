#include "core/coinbase_mold.h"
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

TEST(Mold, that_is_unknown_is_refused) {
   AlgorithmParams algorithm = *nebula_dev().algorithm("cosmic-harmony");
   for (const std::uint8_t mold : {std::uint8_t{0}, std::uint8_t{6}, std::uint8_t{255}}) {
      algorithm.mold = static_cast<MoldId>(mold);
      EXPECT_FALSE(mold_input(algorithm, sample()).ok());
   }
}

AlgorithmParams yescrypt() {
   AlgorithmParams out;
   out.name = "yescryptr16";
   out.mold = MoldId::bitcoin_coinbase;
   out.order = DigestOrder::little;
   out.nonce_offset = 76;
   return out;
}

/// A miner of Stratum v1: from what the pool sends, with nothing of the chain.
Bytes built_by_a_miner(const CoinbaseWork &work, ByteView extranonce, std::uint32_t ntime, std::uint32_t nonce) {
   Bytes coinbase = work.coinb1;
   coinbase.insert(coinbase.end(), extranonce.begin(), extranonce.end());
   coinbase.insert(coinbase.end(), work.coinb2.begin(), work.coinb2.end());
   common::BitcoinHeader header;
   header.version = work.version;
   header.previous = work.previous;
   header.merkle_root = common::double_sha256(coinbase);
   header.time_s = ntime;
   header.bits = work.bits;
   header.nonce = nonce;
   const auto out = header.encode();
   return Bytes(out.begin(), out.end());
}

TEST(CoinbaseMold, is_the_header_that_a_miner_builds) {
   const auto work = coinbase_work(sample());
   ASSERT_TRUE(work.ok());
   EXPECT_EQ(common::to_hex(work->coinb1).substr(0, 96),
             "0100000001" + std::string(64, '0') + "ffffffff" + "3704" + "07000000" + "20")
      << "the height stands where miners look for it";
   const Extranonce extranonce = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
   const std::uint32_t ntime = work->ntime + 100;
   const auto input = mold_input(yescrypt(), sample(), CoinbaseWitness{extranonce, ntime}.encode());
   ASSERT_TRUE(input.ok());
   EXPECT_EQ(input->nonce_offset, 76u);
   EXPECT_EQ(with_nonce(*input, 0xAABBCCDD), built_by_a_miner(*work, extranonce, ntime, 0xAABBCCDD));
}

TEST(CoinbaseMold, every_choice_of_the_miner_gives_another_input) {
   std::vector<Bytes> inputs;
   const auto add = [&](const Header &header, CoinbaseWitness witness) {
      auto input = mold_input(yescrypt(), header, witness.encode());
      ASSERT_TRUE(input.ok()) << input.error().text;
      inputs.push_back(input->input);
   };
   const auto time = static_cast<std::uint32_t>(sample().time_s);
   add(sample(), {{}, time});
   for (std::size_t i = 0; i < k_extranonce_bytes; ++i) {
      CoinbaseWitness witness{{}, time};
      witness.extranonce[i] = 1;
      add(sample(), witness);
   }
   add(sample(), {{}, time + 1});
   for (const auto change :
        {+[](Header &header) { header.extranonce[0] = 1; }, +[](Header &header) { header.height++; },
         +[](Header &header) { header.previous[0] = 1; }, +[](Header &header) { header.target = U256(12345); },
         +[](Header &header) { header.state_root[5] = 1; }}) {
      Header header = sample();
      change(header);
      add(header, {{}, time});
   }
   std::ranges::sort(inputs);
   EXPECT_EQ(std::ranges::adjacent_find(inputs), inputs.end());
}

TEST(CoinbaseMold, bounds_the_time_that_a_miner_chooses) {
   const auto time = static_cast<std::uint32_t>(sample().time_s);
   const auto fits = [&](std::uint32_t ntime) {
      return mold_input(yescrypt(), sample(), CoinbaseWitness{{}, ntime}.encode()).ok();
   };
   EXPECT_FALSE(fits(time - 1));
   EXPECT_TRUE(fits(time));
   EXPECT_TRUE(fits(time + k_ntime_ahead_s));
   EXPECT_FALSE(fits(time + k_ntime_ahead_s + 1));
   Header late = sample();
   late.time_s = 0xFFFFFFFFull - k_ntime_ahead_s;
   EXPECT_TRUE(coinbase_work(late).ok());
   ++late.time_s;
   EXPECT_FALSE(coinbase_work(late).ok());
}

TEST(CoinbaseMold, proof_has_one_form) {
   const Bytes witness = CoinbaseWitness{{}, 5}.encode();
   EXPECT_TRUE(make_proof(yescrypt(), 0xFFFFFFFF, witness).ok());
   EXPECT_FALSE(make_proof(yescrypt(), 0x100000000, witness).ok());
   for (std::size_t size = 0; size <= 40; ++size)
      EXPECT_EQ(make_proof(yescrypt(), 1, Bytes(size)).ok(), size == k_coinbase_witness_bytes) << size;
   EXPECT_FALSE(mold_input(yescrypt(), sample(), Bytes(19)).ok());
   EXPECT_FALSE(mold_input(yescrypt(), sample()).ok());
}

TEST(CompactTarget, is_that_of_bitcoin) {
   // Of the first block of Bitcoin, and forms around the sign bit.
   EXPECT_EQ(common::compact_target(U256(0xFFFF) << 208), 0x1d00ffffu);
   EXPECT_EQ(common::compact_target(U256::max()), 0x2100ffffu);
   EXPECT_EQ(common::compact_target(U256(0)), 0u);
   EXPECT_EQ(common::compact_target(U256(0x12)), 0x01120000u);
   EXPECT_EQ(common::compact_target(U256(0x80)), 0x02008000u);
   EXPECT_EQ(common::compact_target(U256(0x123456)), 0x03123456u);
   EXPECT_EQ(common::compact_target(U256(0x12345678)), 0x04123456u);
   EXPECT_EQ(common::compact_target(U256(0x923456)), 0x04009234u);
}

TEST(MessageMold, is_the_commitment_and_a_wide_nonce_with_the_most_significant_byte_first) {
   AlgorithmParams algorithm;
   algorithm.name = "autolykos2";
   algorithm.mold = MoldId::autolykos_message;
   algorithm.nonce_bytes = 8;
   algorithm.nonce_big = true;
   const auto input = mold_input(algorithm, sample());
   ASSERT_TRUE(input.ok());
   const Bytes whole = with_nonce(*input, 0x0102030405060708);
   EXPECT_EQ(common::to_hex(whole), common::to_hex(commitment(sample())) + "0102030405060708");
   EXPECT_TRUE(make_proof(algorithm, ~0ull).ok());
   EXPECT_FALSE(make_proof(algorithm, 1, Bytes(1)).ok());
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
