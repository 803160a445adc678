#include "support.h"

namespace nebula::chain {
namespace {

using test::address;
using test::find_proof;
using test::Node;
using test::transfer;

constexpr std::uint32_t k_chain = 2;

TEST(Chain, pays_the_reward_and_its_shares_exactly) {
   Node node;
   node.mine();
   EXPECT_EQ(node.account(1).balance, 43'835'000u);
   EXPECT_EQ(node->state().supply, 50'000'000u);
   EXPECT_EQ(node->state().account_count, 5u);
}

TEST(Chain, moves_money_and_gives_the_fee_to_the_miner) {
   Node node;
   node.mine({}, 1);
   node.mine({transfer(k_chain, 1, 0, {{address(2), 1'000'000}, {address(3), 5}}, 700)}, 4);
   EXPECT_EQ(node.account(1).balance, 43'835'000u - 1'000'005 - 700);
   EXPECT_EQ(node.account(1).nonce, 1u);
   EXPECT_EQ(node.account(2).balance, 1'000'000u);
   EXPECT_EQ(node.account(3).balance, 5u);
   EXPECT_EQ(node.account(4).balance, 43'835'700u);
}

TEST(Chain, goes_on_where_it_was_when_opened_again) {
   Node node;
   node.mine();
   node.mine();
   Node again(node);
   EXPECT_EQ(again->tip(), node->tip());
   EXPECT_EQ(again->state(), node->state());
}

TEST(Chain, refuses_the_data_of_a_network_with_other_parameters) {
   Node node;
   NetworkParams other = node.network();
   other.algorithms[0].start_difficulty = 2;
   const auto opened = Chain::open(other, node.store);
   ASSERT_FALSE(opened.ok());
   EXPECT_NE(opened.error().text.find("other parameters"), std::string::npos);
}

TEST(Chain, takes_the_branch_with_more_work_and_unwinds_the_other) {
   Node node;
   node.mine({}, 1);
   Node other(node);
   node.mine({}, 2);
   const BlockPtr first = other.mine({}, 3);
   const BlockPtr second = other.mine({}, 3);
   auto side = node.add(first);
   ASSERT_TRUE(side.ok()) << side.error().text;
   EXPECT_EQ(side->kind, Added::Kind::side);
   auto moved = node.add(second);
   ASSERT_TRUE(moved.ok()) << moved.error().text;
   EXPECT_EQ(moved->kind, Added::Kind::reorganised);
   EXPECT_EQ(moved->disconnected.size(), 1u);
   EXPECT_EQ(moved->connected.size(), 2u);
   EXPECT_EQ(node->tip(), other->tip());
   EXPECT_EQ(node->state(), other->state());
   EXPECT_EQ(node.account(2).balance, 0u);
}

TEST(Chain, answers_known_orphaned_and_too_deep_blocks_as_such) {
   Node node;
   const BlockPtr block = node.mine();
   EXPECT_EQ(node.add(block).error().fault, Fault::duplicate);
   Node ahead(node);
   ahead.mine();
   EXPECT_EQ(node.add(ahead.mine()).error().fault, Fault::unknown_parent);
   Node fork(node);
   const BlockPtr late = fork.mine({}, 9);
   for (int i = 0; i < 51; ++i)
      node.mine();
   EXPECT_EQ(node.add(late).error().fault, Fault::too_late);
}

struct Tampering {
   const char *name;
   void (*tamper)(Block &block);
   const char *message;
};

class TamperedBlock : public ::testing::TestWithParam<Tampering> {};

/// Finds a proof for the changed header, so that nothing but the change can be wrong.
TEST_P(TamperedBlock, is_refused_for_its_reason) {
   Node node;
   node.mine({}, 1);
   node.now += 10;
   BlockTemplate base = node.next({transfer(k_chain, 1, 0, {{address(2), 5}})});
   Block block{base.header, {}, base.transactions};
   GetParam().tamper(block);
   base.header = block.header;
   base.transactions = block.transactions;
   const BlockPtr mined = find_proof(node.network(), base);
   const Hash tip = node->tip().id;
   const auto added = node->add(mined, test::judge(), node.now);
   ASSERT_FALSE(added.ok());
   EXPECT_EQ(added.error().fault, Fault::invalid);
   EXPECT_NE(added.error().text.find(GetParam().message), std::string::npos) << added.error().text;
   EXPECT_EQ(node->tip().id, tip);
}

void put_transactions(Block &block, std::vector<TransactionPtr> transactions) {
   block.transactions = std::move(transactions);
   block.header.transaction_count = static_cast<std::uint32_t>(block.transactions.size());
   block.header.merkle_root = merkle_root(block.transactions);
}

INSTANTIATE_TEST_SUITE_P(
   Rules, TamperedBlock,
   ::testing::Values(
      Tampering{"merkle_root", [](Block &b) { b.header.merkle_root[0] ^= 1; }, "merkle root"},
      Tampering{"state_root", [](Block &b) { b.header.state_root[0] ^= 1; }, "state root"},
      Tampering{"target", [](Block &b) { b.header.target = b.header.target >> 1; }, "target"},
      Tampering{"height", [](Block &b) { b.header.height += 1; }, "height"},
      Tampering{"count", [](Block &b) { b.header.transaction_count += 1; }, "transactions"},
      Tampering{"early", [](Block &b) { b.header.time_s = 1'767'225'600; }, "median"},
      Tampering{"ahead", [](Block &b) { b.header.time_s += 8'000; }, "7200"},
      Tampering{"version", [](Block &b) { b.header.version = 2; }, "version"},
      Tampering{"miner", [](Block &b) { b.header.miner = address(7); }, "coinbase"},
      Tampering{"no_coinbase", [](Block &b) { put_transactions(b, {b.transactions[1]}); }, "one coinbase"},
      Tampering{"two_coinbases",
                [](Block &b) {
                   put_transactions(b, {b.transactions[0], b.transactions[0]});
                },
                "one coinbase"},
      Tampering{"twice",
                [](Block &b) {
                   put_transactions(b, {b.transactions[0], b.transactions[1], b.transactions[1]});
                },
                "nonce"},
      Tampering{"overspent",
                [](Block &b) {
                   put_transactions(b, {b.transactions[0], transfer(k_chain, 1, 0, {{address(2), 43'835'000}})});
                },
                "units"},
      Tampering{"greedy",
                [](Block &b) {
                   Coinbase coinbase = *b.transactions[0]->coinbase();
                   coinbase.outputs.back().amount += 1;
                   put_transactions(b, {make_coinbase(k_chain, coinbase), b.transactions[1]});
                },
                "coinbase"},
      Tampering{"bonus",
                [](Block &b) {
                   Coinbase coinbase = *b.transactions[0]->coinbase();
                   coinbase.bonus = 190'258'752;
                   put_transactions(b, {make_coinbase(k_chain, coinbase), b.transactions[1]});
                },
                "bonus fund"},
      Tampering{"signature",
                [](Block &b) {
                   Transfer other = *b.transactions[1]->transfer();
                   other.signature[3] ^= 1;
                   put_transactions(b, {b.transactions[0], make_transfer(k_chain, other)});
                },
                "signature"}),
   [](const auto &one) { return one.param.name; });

TEST(Chain, remembers_an_invalid_block_and_refuses_its_children) {
   Node node;
   node.mine();
   Node liar(node);
   BlockTemplate base = liar.next();
   base.header.state_root[0] ^= 1;
   const BlockPtr bad = find_proof(node.network(), base);
   EXPECT_FALSE(node.add(bad).ok());
   const auto again = node.add(bad);
   ASSERT_FALSE(again.ok());
   EXPECT_NE(again.error().text.find("before"), std::string::npos);
   base.header.previous = block_id(bad->header, bad->proof);
   base.header.height += 1;
   const auto child = node.add(find_proof(node.network(), base));
   ASSERT_FALSE(child.ok());
   EXPECT_NE(child.error().text.find("parent is invalid"), std::string::npos);
}

TEST(Chain, a_proof_for_another_extranonce_does_not_count) {
   NetworkParams network = test::easy_network();
   network.algorithms[0].start_difficulty = 1'000;
   Node node(network);
   const BlockPtr good = find_proof(network, node.next());
   Block bad = *good;
   bad.header.extranonce[15] ^= 1;
   const auto added = node.add(std::make_shared<Block>(bad));
   ASSERT_FALSE(added.ok());
   EXPECT_NE(added.error().text.find("target"), std::string::npos);
   EXPECT_TRUE(node.add(good).ok());
}

TEST(Chain, keeps_two_algorithms_with_difficulties_of_their_own) {
   Node node;
   for (int i = 0; i < 20; ++i)
      node.mine({}, 1, static_cast<std::size_t>(i % 2));
   EXPECT_EQ(node->tip().last.size(), 2u);
   const auto view = *node.store.read();
   const auto slow = expected_target(*view, node.network(), node->tip(), node.network().algorithms[1]);
   EXPECT_TRUE(slow.ok());
}

} // namespace
} // namespace nebula::chain
