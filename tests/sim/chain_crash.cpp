#include "chain_faulty_store.h"
#include "chain_world.h"

#include "core/verify.h"

#include <algorithm>

namespace nebula::chain::test {
namespace {

/// A trunk and a longer branch from its middle, so that adding them in order extends, keeps beside, and reorganises.
std::vector<BlockPtr> forked_history(std::uint64_t seed, int trunk, int depth) {
   Random random(seed);
   Node main;
   std::vector<BlockPtr> out;
   for (int i = 0; i < trunk; ++i)
      out.push_back(mine_random(main, random));
   Node branch(main);
   for (int i = 0; i < depth; ++i)
      out.push_back(mine_random(main, random));
   branch.now += 3;
   for (int i = 0; i < depth + 2; ++i)
      out.push_back(mine_random(branch, random));
   return out;
}

struct Outcome {
   Hash tip{};
   Hash root{};
};

Outcome outcome_of(Chain &chain) {
   return {chain.tip().id, chain.state().root()};
}

/// `reorganising` receives the place of the block that moves the chain to the branch.
Outcome without_faults(const std::vector<BlockPtr> &blocks, std::size_t *reorganising = nullptr) {
   Node node;
   for (std::size_t i = 0; i < blocks.size(); ++i) {
      const auto added = node.add(blocks[i]);
      EXPECT_TRUE(added.ok()) << added.error().text;
      if (added && added->kind == Added::Kind::reorganised && reorganising != nullptr)
         *reorganising = i;
   }
   return outcome_of(*node);
}

void expect_sound(MemoryStore &store, const NetworkParams &network) {
   const CheapHasher hasher;
   const auto report = verify_chain(store, network, {&hasher, {}});
   EXPECT_TRUE(report.ok()) << report.error().text;
}

/// Adds a block until it is acknowledged; each failure is a crash: the chain is opened again on what the disk holds.
class Survivor {
public:
   explicit Survivor(NetworkParams network) : network_(std::move(network)), faulty_(disk_) { restart(); }

   void add(const BlockPtr &block, std::uint64_t fail_at, bool commit_happens) {
      const U256 before = chain_->tip().total_work;
      faulty_.fail_at(fail_at, commit_happens);
      auto added = chain_->add(block, judge(), k_late);
      if (!added && added.error().fault == Fault::storage) {
         ++crashes;
         restart();
         // Nothing acknowledged is lost: the tip is the one before, or the block's own branch when the commit had
         // happened.
         EXPECT_GE(chain_->tip().total_work, before);
         expect_sound(disk_, network_);
         added = chain_->add(block, judge(), k_late);
         if (!added) {
            EXPECT_EQ(added.error().fault, Fault::duplicate) << added.error().text;
         }
      } else {
         EXPECT_TRUE(added.ok()) << added.error().text;
         faulty_.heal();
      }
   }
   Chain &chain() { return *chain_; }
   MemoryStore &disk() { return disk_; }
   unsigned crashes = 0;

private:
   void restart() {
      faulty_.heal();
      auto opened = Chain::open(network_, faulty_);
      ASSERT_TRUE(opened.ok()) << opened.error().text;
      chain_ = std::move(*opened);
   }
   NetworkParams network_;
   MemoryStore disk_;
   FaultyStore faulty_;
   std::unique_ptr<Chain> chain_;
};

TEST(ChainCrash, at_every_single_operation_of_a_reorganisation_leaves_the_old_tip_or_the_new_one) {
   const std::vector<BlockPtr> blocks = forked_history(1, 4, 3);
   std::size_t reorganising = 0;
   const Outcome right = without_faults(blocks, &reorganising);
   ASSERT_GT(reorganising, 0u) << "this history has no reorganisation";
   for (const bool commit_happens : {false, true}) {
      unsigned crashes = 1;
      std::uint64_t operation = 1;
      for (; crashes != 0 && operation < 2'000; ++operation) {
         SCOPED_TRACE("operation " + std::to_string(operation));
         Survivor survivor(easy_network());
         for (std::size_t i = 0; i < blocks.size(); ++i) {
            survivor.add(blocks[i], i == reorganising ? operation : 1'000'000, commit_happens);
         }
         EXPECT_EQ(outcome_of(survivor.chain()).tip, right.tip);
         EXPECT_EQ(outcome_of(survivor.chain()).root, right.root);
         crashes = survivor.crashes;
      }
      EXPECT_GT(operation, 50u) << "the reorganisation had fewer operations than any real one";
      EXPECT_EQ(crashes, 0u);
   }
}

TEST(ChainCrash, at_random_moments_of_random_histories_never_changes_the_outcome) {
   unsigned crashes = 0;
   for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      Random random(seed);
      const std::vector<BlockPtr> blocks =
         forked_history(seed, 3 + static_cast<int>(random() % 10), 1 + static_cast<int>(random() % 6));
      const Outcome right = without_faults(blocks);
      Survivor survivor(easy_network());
      for (const BlockPtr &block : blocks)
         survivor.add(block, 1 + random() % 200, random() % 2 == 0);
      EXPECT_EQ(outcome_of(survivor.chain()).tip, right.tip);
      EXPECT_EQ(outcome_of(survivor.chain()).root, right.root);
      expect_sound(survivor.disk(), easy_network());
      crashes += survivor.crashes;
   }
   EXPECT_GT(crashes, 100u);
}

TEST(ChainCrash, while_the_genesis_block_is_written_is_repaired_by_the_next_start) {
   for (std::uint64_t operation = 1; operation < 40; ++operation) {
      for (const bool commit_happens : {false, true}) {
         MemoryStore disk;
         FaultyStore faulty(disk);
         faulty.fail_at(operation, commit_happens);
         (void)Chain::open(easy_network(), faulty).ok();
         const auto opened = Chain::open(easy_network(), disk);
         ASSERT_TRUE(opened.ok()) << opened.error().text;
         EXPECT_EQ((*opened)->tip().height, 0u);
      }
   }
}

TEST(ChainCorruption, of_any_row_of_the_main_chain_is_found_by_verification) {
   Random random(3);
   Node node;
   for (int i = 0; i < 12; ++i)
      mine_random(node, random);
   for (const Table table : {Table::blocks, Table::index, Table::heights, Table::accounts}) {
      const std::size_t rows = node.store.rows(table).size();
      for (std::size_t i = 0; i < rows; ++i) {
         MemoryStore damaged = node.store;
         auto row = std::next(damaged.rows(table).begin(), static_cast<std::ptrdiff_t>(i));
         row->second[random() % row->second.size()] ^= static_cast<std::uint8_t>(1 + random() % 255);
         EXPECT_FALSE(verify_chain(damaged, node.network(), {}).ok())
            << k_table_names[static_cast<std::size_t>(table)] << " " << i;
      }
   }
   expect_sound(node.store, node.network());
}

} // namespace
} // namespace nebula::chain::test
