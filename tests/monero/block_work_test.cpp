#include "core/block_work.h"
#include "core/varint.h"
#include "vectors.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nebula::monero::test {

namespace {

class EveryTemplate : public testing::TestWithParam<std::size_t> {
protected:
   const boost::json::object &vector_ = template_vector(GetParam());
   const std::shared_ptr<const BlockWork> work_ = work_of(vector_);
   const Bytes reserved_ = bytes(vector_, "reserved_bytes");
};

// Where the reserved bytes of a block begin, and how many there are.
std::pair<std::size_t, std::size_t> reserved_place(ByteView blob) {
   ByteReader reader(blob.subspan(k_nonce_offset + k_nonce_bytes));
   (void)reader.varint(); // version
   (void)reader.varint(); // unlock time
   (void)reader.take(2);  // one input, a coinbase
   (void)reader.varint(); // height
   (void)reader.varint(); // one output
   (void)reader.varint(); // amount
   (void)reader.take(1 + 32 + 1);
   (void)reader.varint(); // length of the extra field
   const ByteView head = *reader.take(1 + 32 + 2);
   return {k_nonce_offset + k_nonce_bytes + reader.offset(), head.back()};
}

// The template a solved block of the vectors came from: its nonce taken out again.
Result<std::shared_ptr<const BlockWork>> unsolved(const boost::json::object &block) {
   TemplateAnswer answer;
   answer.blob = bytes(block, "block_blob");
   answer.hashing_blob = bytes(block, "hashing_blob");
   std::fill_n(answer.blob.begin() + k_nonce_offset, k_nonce_bytes, std::uint8_t{0});
   std::fill_n(answer.hashing_blob.begin() + k_nonce_offset, k_nonce_bytes, std::uint8_t{0});
   std::copy_n(answer.blob.begin() + 7, 32, answer.prev_hash.begin());
   answer.height = number(block, "height");
   answer.difficulty = {0, number(block, "difficulty")};
   const auto [offset, size] = reserved_place(answer.blob);
   answer.reserved_offset = offset;
   return BlockWork::make(std::move(answer), size, 16);
}

} // namespace

TEST_P(EveryTemplate, is_read_to_its_last_byte) {
   const BlockLayout &layout = work_->layout();
   EXPECT_EQ(layout.miner_tx_offset, number(vector_, "miner_tx_offset"));
   EXPECT_EQ(layout.prefix_end, number(vector_, "miner_tx_prefix_end"));
   EXPECT_EQ(layout.reserved_offset, number(vector_, "reserved_offset"));
   EXPECT_EQ(layout.reward, number(vector_, "expected_reward"));
   EXPECT_EQ(layout.transactions.size() + 1, number(vector_, "transactions_total"));
}

TEST_P(EveryTemplate, gives_the_branch_the_daemon_implies) {
   const auto &expected = vector_.at("tree_branch").as_array();
   ASSERT_EQ(work_->branch().size(), expected.size());
   for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_EQ(to_hex(work_->branch()[i]), std::string(expected[i].as_string()));
}

TEST_P(EveryTemplate, gives_the_miner_transaction_and_the_hashing_blob_for_reserved_bytes) {
   EXPECT_EQ(work_->miner_tx_id(reserved_), hash(vector_, "miner_tx_hash"));
   EXPECT_EQ(work_->hashing_blob(reserved_, 0), bytes(vector_, "expected_hashing_blob_nonce0"));
}

TEST_P(EveryTemplate, gives_the_block_the_daemon_accepted_under_that_id) {
   const auto nonce = static_cast<std::uint32_t>(number(vector_, "solving_nonce"));
   const Bytes solved = work_->hashing_blob(reserved_, nonce);
   EXPECT_EQ(solved, bytes(vector_, "hashing_blob_solved"));
   EXPECT_EQ(work_->block_blob(reserved_, nonce), bytes(vector_, "block_blob"));
   EXPECT_EQ(block_id(solved), hash(vector_, "block_id"));
   EXPECT_EQ(block_id(solved), hash(vector_.at("header").as_object(), "hash"));
}

TEST_P(EveryTemplate, takes_the_solving_hash_and_not_the_failing_one) {
   EXPECT_TRUE(digest_meets_target(hash(vector_, "randomx_hash"), work_->target()));
   EXPECT_FALSE(digest_meets_target(hash(vector_, "failing_randomx_hash"), work_->target()));
}

INSTANTIATE_TEST_SUITE_P(Vectors, EveryTemplate, testing::Range<std::size_t>(0, 11));

TEST(BlockId, of_the_eight_chain_blocks_is_the_daemons) {
   for (const auto &value : vectors().at("chain_blocks_seed_genesis").as_array()) {
      const auto &block = value.as_object();
      EXPECT_EQ(block_id(bytes(block, "hashing_blob")), hash(block, "block_id"));
   }
}

TEST(ChainBlocks, solved_under_the_genesis_seed_are_rebuilt_from_their_templates) {
   for (const auto &value : vectors().at("chain_blocks_seed_genesis").as_array()) {
      const auto &block = value.as_object();
      const Bytes solved = bytes(block, "block_blob");
      const auto work = unsolved(block);
      ASSERT_TRUE(work) << work.error().text;
      const auto nonce = static_cast<std::uint32_t>(number(block, "nonce"));
      const BlockLayout &layout = (*work)->layout();
      const ByteView reserved = ByteView(solved).subspan(layout.reserved_offset, layout.reserve_size);
      EXPECT_EQ((*work)->block_blob(reserved, nonce), solved);
      EXPECT_EQ((*work)->hashing_blob(reserved, nonce), bytes(block, "hashing_blob"));
      EXPECT_EQ((*work)->miner_tx_id(reserved), hash(block, "miner_tx_hash"));
      EXPECT_EQ(layout.transactions.size() + 1, number(block, "transactions_total"));
      EXPECT_TRUE(digest_meets_target(hash(block, "randomx_hash"), (*work)->target()));
   }
}

TEST(HashingBlob, differs_for_every_reserved_value_and_keeps_its_size) {
   const auto work = work_of(template_vector(1));
   Bytes reserved(16);
   const Bytes first = work->hashing_blob(reserved, 0);
   reserved[15] = 1;
   const Bytes second = work->hashing_blob(reserved, 0);
   EXPECT_NE(first, second);
   EXPECT_EQ(first.size(), second.size());
}

} // namespace nebula::monero::test
