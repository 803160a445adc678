#include "support.h"

#include "shell/node.h"

namespace nebula::chain {
namespace {

using test::address;
using test::transfer;

constexpr std::uint32_t k_chain = 2;
using Source = test::Node; // mines what the node under test is given

class NodeTest : public ::testing::Test {
protected:
   NodeTest()
      : node_(*Chain::open(test::easy_network(), store_), hasher_, signatures_valid_one_by_one, MempoolLimits{}) {}

   void give(const BlockPtr &block) {
      const auto added = node_.add_block(block, k_late);
      EXPECT_TRUE(added.ok()) << added.error().text;
   }
   Result<void> send(std::uint8_t from, std::uint64_t nonce, Amount amount = 1'000) {
      return node_.add_transaction(transfer(k_chain, from, nonce, {{address(30), amount}}), k_late);
   }

   static constexpr std::uint64_t k_late = 4'000'000'000;
   MemoryStore store_;
   test::CheapHasher hasher_;
   Node node_;
};

TEST_F(NodeTest, takes_a_transfer_once_and_forgets_it_when_it_is_mined) {
   Source source;
   give(source.mine({}, 1));
   ASSERT_TRUE(send(1, 0).ok());
   EXPECT_EQ(send(1, 0).error().fault, Fault::duplicate);
   EXPECT_EQ(node_.account(address(1))->next_nonce, 1u);
   give(source.mine({transfer(k_chain, 1, 0, {{address(30), 1'000}})}, 2));
   EXPECT_TRUE(node_.waiting_transactions(10).empty());
   EXPECT_EQ(send(1, 0).error().fault, Fault::too_late);
   EXPECT_TRUE(send(1, 1).ok());
}

TEST_F(NodeTest, refuses_a_transfer_with_a_wrong_signature) {
   Source source;
   give(source.mine({}, 1));
   Transfer wrong = *transfer(k_chain, 1, 0, {{address(30), 5}})->transfer();
   wrong.signature[7] ^= 1;
   const auto refused = node_.add_transaction(make_transfer(k_chain, wrong), k_late);
   ASSERT_FALSE(refused.ok());
   EXPECT_NE(refused.error().text.find("signature"), std::string::npos);
}

TEST_F(NodeTest, puts_transfers_of_unwound_blocks_back_before_those_that_follow_them) {
   Source source;
   give(source.mine({}, 1));
   Source other(source);
   other.now += 1;
   give(source.mine({transfer(k_chain, 1, 0, {{address(30), 7}})}, 2));
   ASSERT_TRUE(send(1, 1).ok());
   give(other.mine({}, 3));
   give(other.mine({}, 3));
   const auto template_now = node_.make_template(node_.network().algorithms[0], address(9), 0, k_late);
   ASSERT_TRUE(template_now.ok()) << template_now.error().text;
   ASSERT_EQ(template_now->transactions.size(), 3u);
   EXPECT_EQ(template_now->transactions[1]->transfer()->nonce, 0u);
   EXPECT_EQ(template_now->transactions[2]->transfer()->nonce, 1u);
}

TEST_F(NodeTest, snapshot_shows_the_tip_the_mempool_and_what_is_available) {
   Source source;
   give(source.mine({}, 1));
   ASSERT_TRUE(send(1, 0).ok());
   node_.refresh_snapshot([](const AlgorithmParams &algorithm) { return algorithm.name == "cosmic-harmony"; });
   const auto snapshot = node_.snapshot();
   EXPECT_EQ(snapshot->tip.height, 1u);
   EXPECT_EQ(snapshot->mempool_count, 1u);
   ASSERT_EQ(snapshot->algorithms.size(), 2u);
   EXPECT_TRUE(snapshot->algorithms[0].available);
   EXPECT_FALSE(snapshot->algorithms[1].available);
}

TEST_F(NodeTest, template_pays_the_miner_its_part_and_the_fees) {
   Source source;
   give(source.mine({}, 1));
   ASSERT_TRUE(send(1, 0).ok());
   const auto made = node_.make_template(node_.network().algorithms[0], address(9), 0, k_late);
   ASSERT_TRUE(made.ok());
   EXPECT_EQ(made->reward, 43'835'000u + 1'000);
}

} // namespace
} // namespace nebula::chain
