#include "chain_world.h"

#include "core/difficulty.h"

#include "core/verify.h"

#include <algorithm>
#include <map>

namespace nebula::chain::test {
namespace {

/// A node that has seen only this branch.
Hash replayed_root(const std::vector<BlockPtr> &blocks) {
   Node fresh;
   for (const BlockPtr &block : blocks) {
      const auto added = fresh->add(block, judge(), k_late);
      EXPECT_TRUE(added.ok()) << added.error().text;
   }
   return fresh->state().root();
}

TEST(Reorganisation, of_every_depth_from_1_to_50_gives_the_state_of_a_replay) {
   Random random(2);
   Node trunk;
   std::vector<BlockPtr> common;
   for (int i = 0; i < 8; ++i)
      common.push_back(mine_random(trunk, random));
   for (unsigned depth = 1; depth <= 50; ++depth) {
      SCOPED_TRACE("depth " + std::to_string(depth));
      Node loser(trunk);
      Node winner(trunk);
      winner.now += 1;
      for (unsigned i = 0; i < depth; ++i)
         mine_random(loser, random);
      std::vector<BlockPtr> branch;
      while (winner->tip().total_work <= loser->tip().total_work)
         branch.push_back(mine_random(winner, random));
      Result<Added> last = invalid("no block");
      for (const BlockPtr &block : branch)
         last = loser->add(block, judge(), k_late);
      ASSERT_TRUE(last.ok()) << last.error().text;
      EXPECT_EQ(last->kind, Added::Kind::reorganised);
      EXPECT_EQ(last->disconnected.size(), depth);
      std::vector<BlockPtr> all = common;
      all.insert(all.end(), branch.begin(), branch.end());
      EXPECT_EQ(loser->state().root(), replayed_root(all));
      EXPECT_TRUE(verify_chain(loser.store, loser.network(), {}).ok());
   }
}

TEST(Reorganisation, deeper_than_50_is_refused_whatever_its_work) {
   Random random(3);
   Node loser;
   mine_random(loser, random);
   Node winner(loser);
   winner.now += 1;
   for (unsigned i = 0; i < 51; ++i)
      mine_random(loser, random);
   const Hash tip = loser->tip().id;
   const auto refused = loser->add(mine_random(winner, random), judge(), k_late);
   ASSERT_FALSE(refused.ok());
   EXPECT_EQ(refused.error().fault, Fault::too_late);
   EXPECT_EQ(loser->tip().id, tip);
}

/// Fork choice in ten lines: the most work among the blocks whose ancestors are all there; the first seen wins a tie.
class Model {
public:
   explicit Model(const Hash &genesis) : tip_(genesis) { work_[genesis] = U256(); }
   bool knows(const Hash &id) const { return work_.contains(id); }
   void add(const NetworkParams &network, const BlockPtr &block) {
      const U256 own = work_of(block->header.target, network.algorithm(block->header.algorithm)->work_weight);
      const U256 total = work_.at(block->header.previous) + own;
      work_[id_of(block)] = total;
      if (total > work_.at(tip_)) {
         tip_ = id_of(block);
         root_ = claimed_root(block);
      }
   }
   const Hash &tip() const { return tip_; }
   const Hash &root() const { return root_; }

private:
   std::map<Hash, U256> work_;
   Hash tip_;
   Hash root_{};
};

/// Blocks of up to six forks of forks, in the order they were mined.
std::vector<BlockPtr> random_tree(Random &random, std::size_t size) {
   std::vector<std::unique_ptr<Node>> forks;
   forks.push_back(std::make_unique<Node>());
   std::vector<BlockPtr> out;
   while (out.size() < size) {
      const std::size_t at = random() % forks.size();
      if (random() % 5 == 0 && forks.size() < 6) {
         forks.push_back(std::make_unique<Node>(*forks[at]));
         forks.back()->now += 1 + random() % 7;
      } else if (random() % 12 == 0 && forks.size() > 1) {
         forks.erase(forks.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
         out.push_back(mine_random(*forks[at], random));
      }
   }
   return out;
}

/// A block that costs its proof and is wrong: it must change nothing.
BlockPtr spoiled(const NetworkParams &network, const BlockPtr &block) {
   BlockTemplate base;
   base.header = block->header;
   base.header.state_root[5] ^= 0x40;
   base.transactions = block->transactions;
   return find_proof(network, base);
}

TEST(ForkChoice, of_a_hundred_random_trees_in_random_order_is_that_of_the_model) {
   for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      Random random(seed);
      std::vector<BlockPtr> waiting = random_tree(random, 30);
      std::ranges::shuffle(waiting, random);
      Node node;
      Model model(node->tip().id);
      while (!waiting.empty()) {
         const std::size_t before = waiting.size();
         std::erase_if(waiting, [&](const BlockPtr &block) {
            if (!model.knows(block->header.previous)) {
               EXPECT_EQ(node->add(block, judge(), k_late).error().fault, Fault::unknown_parent);
               return false;
            }
            if (random() % 8 == 0) {
               const BlockPtr bad = spoiled(node.network(), block);
               (void)node->add(bad, judge(), k_late).ok();
            }
            const auto added = node->add(block, judge(), k_late);
            EXPECT_TRUE(added.ok() || added.error().fault == Fault::duplicate) << added.error().text;
            if (!model.knows(id_of(block)))
               model.add(node.network(), block);
            EXPECT_EQ(node->tip().id, model.tip());
            return true;
         });
         ASSERT_LT(waiting.size(), before);
      }
      EXPECT_EQ(node->state().root(), model.root());
      EXPECT_TRUE(verify_chain(node.store, node.network(), {}).ok());
   }
}

TEST(Store, forgets_undo_records_and_side_blocks_that_can_no_longer_win) {
   Random random(9);
   Node node;
   mine_random(node, random);
   Node other(node);
   other.now += 1;
   mine_random(node, random);
   mine_random(node, random);
   const BlockPtr side = mine_random(other, random);
   ASSERT_TRUE(node->add(side, judge(), k_late).ok());
   EXPECT_EQ(node.store.rows(Table::side).size(), 1u);
   for (int i = 0; i < 60; ++i)
      mine_random(node, random);
   EXPECT_EQ(node.store.rows(Table::side).size(), 0u);
   const Hash id = id_of(side);
   EXPECT_FALSE(node.store.rows(Table::blocks).contains(Bytes(id.begin(), id.end())));
   EXPECT_EQ(node.store.rows(Table::undo).size(), 50u);
}

} // namespace
} // namespace nebula::chain::test
