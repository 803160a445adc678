#include "crash_store.h"
#include "payout_support.h"

#include <algorithm>
#include <deque>
#include <random>

namespace nebula::chain {
namespace {

using test::Crash;
using test::CrashStore;
using test::k_late;
using test::k_wallet;
using test::Process;

/// Somebody orders batches by key and asks again until it has an answer. Meanwhile the node crashes at durable steps
/// and restarts, blocks are unwound, others mine without its transfers, and the operator spends from the same wallet by
/// hand on another machine.
class PayoutSimulation {
public:
   explicit PayoutSimulation(std::uint64_t seed) : chance_(seed) {
      restart();
      for (int i = 0; i < 12; ++i)
         process_->mine(k_wallet, 3'000'000);
      process_->mine_many(test::k_depth);
   }

   void step() {
      try {
         switch (roll(13)) {
         case 0:
         case 1:
            order_new();
            break;
         case 2:
            ask_again();
            break;
         case 3:
         case 4:
         case 5:
            process_->mine(roll(3) == 0 ? k_wallet : 200);
            (void)process_->payouts.follow(k_late).ok();
            break;
         case 6:
            (void)process_->payouts.follow(k_late).ok();
            break;
         case 7:
            restart();
            break;
         case 8:
            store_.crash_after(1 + roll(8));
            break;
         case 9:
            somebody_mines(roll(2) == 0);
            break;
         case 10:
            reorganise();
            break;
         case 11:
            abandoned_branch_wins();
            break;
         default:
            spend_by_hand_here();
            break;
         }
      } catch (const Crash &) {
         restart();
      }
      nobody_has_more_than_ordered();
   }

   /// Time passes without mishaps: every order comes to its end.
   void finish() {
      restart();
      for (Order &order : orders_)
         ask(order);
      for (int i = 0; i < 400 && !all_settled(); ++i)
         process_->mine_many(1);
      for (const Order &order : orders_) {
         const BatchStatus status = **process_->payouts.batch(order.key);
         EXPECT_NE(status.state, BatchState::open) << order.key << ": " << status.text;
         for (const auto &[to, amount] : order.payments)
            EXPECT_EQ(received(to), status.state == BatchState::paid ? amount : 0) << order.key;
         paid += status.state == BatchState::paid ? 1 : 0;
      }
      EXPECT_TRUE(process_->payouts.list()->empty());
   }

   int paid = 0;
   int restarts = 0;
   int orphaned = 0; // blocks that were unwound

private:
   struct Order {
      std::string key;
      std::uint32_t fund = 0;
      std::vector<std::pair<Address, Amount>> payments;
      std::optional<BatchState> known;
   };

   std::uint32_t roll(std::uint32_t sides) { return static_cast<std::uint32_t>(chance_() % sides); }

   void restart() {
      store_.survive();
      process_.reset();
      process_ = std::make_unique<Process>(store_);
      ++restarts;
   }

   Address fresh_address() {
      Address out{};
      const std::uint64_t number = ++addresses_;
      std::memcpy(out.data(), &number, sizeof number);
      out[19] = 0xAA;
      return out;
   }

   void order_new() {
      Order order;
      order.key = "order " + std::to_string(orders_.size());
      order.fund = roll(3) == 0 ? 1 : 0;
      const unsigned count = roll(8) == 0 ? 300 : 1 + roll(4);
      for (unsigned i = 0; i < count; ++i)
         order.payments.emplace_back(fresh_address(), 1 + roll(roll(12) == 0 ? 400'000'000 : 20'000));
      orders_.push_back(std::move(order)); // durable with its owner, before anything is asked
      ask(orders_.back());
   }

   void ask_again() {
      if (!orders_.empty())
         ask(orders_[roll(static_cast<std::uint32_t>(orders_.size()))]);
   }

   void ask(Order &order) {
      std::vector<std::string> texts;
      std::vector<Payment> payments;
      for (const auto &[to, amount] : order.payments)
         texts.push_back(to_text(to));
      for (std::size_t i = 0; i < texts.size(); ++i)
         payments.push_back({texts[i], order.payments[i].second});
      const auto status = process_->payouts.pay(order.key, order.fund, payments, k_late);
      ASSERT_TRUE(status.ok()) << status.error().text;
      if (order.known == BatchState::failed || order.known == BatchState::paid) {
         EXPECT_EQ(status->state, *order.known) << order.key << " changed its mind";
      }
      if (order.known == BatchState::open) {
         EXPECT_NE(status->state, BatchState::failed) << order.key << " was taken and failed later";
      }
      order.known = status->state;
   }

   Amount received(const Address &to) {
      const auto view = *store_.read();
      return StoredAccounts(*view).account(to)->balance;
   }

   void nobody_has_more_than_ordered() {
      for (const Order &order : orders_) {
         for (const auto &[to, amount] : order.payments) {
            const Amount has = received(to);
            EXPECT_TRUE(has == 0 || has == amount) << order.key << ": " << has << " instead of " << amount;
         }
      }
   }

   bool all_settled() {
      return std::ranges::all_of(orders_, [this](const Order &order) {
         const auto status = process_->payouts.batch(order.key);
         return status.ok() && *status && (*status)->state != BatchState::open;
      });
   }

   std::uint64_t height() {
      const auto view = *store_.read();
      return need_tip(*view)->height;
   }

   /// A transfer of the node's wallet that its payouts know nothing of.
   TransactionPtr by_hand(std::uint64_t nonce) {
      return test::transfer(2, k_wallet, nonce, {{test::address(77), 1 + roll(50'000)}}, 20'000);
   }

   void spend_by_hand_here() {
      const std::uint64_t nonce = process_->node.account(test::address(k_wallet))->next_nonce;
      (void)process_->node.add_transaction(by_hand(nonce), k_late).ok();
   }

   /// A machine that has the same blocks up to a height, and another mempool.
   struct Elsewhere {
      MemoryStore store;
      std::unique_ptr<Process> process;
   };
   std::unique_ptr<Elsewhere> elsewhere(std::uint64_t up_to) {
      auto out = std::make_unique<Elsewhere>();
      out->process = std::make_unique<Process>(out->store);
      for (const BlockPtr &block : main_blocks(1)) {
         if (block->header.height <= up_to) {
            EXPECT_TRUE(out->process->node.add_block(block, k_late).ok());
         }
      }
      return out;
   }

   void give(const std::vector<BlockPtr> &blocks) {
      for (const BlockPtr &block : blocks) {
         const auto added = process_->node.add_block(block, k_late);
         if (!added && added.error().fault == Fault::duplicate)
            continue; // the same machine found the same block before
         ASSERT_TRUE(added.ok()) << added.error().text;
         orphaned += static_cast<int>(added->disconnected.size());
      }
   }

   void somebody_mines(bool with_hand) {
      const auto other = elsewhere(height());
      if (with_hand) {
         const std::uint64_t nonce = other->process->account(test::address(k_wallet)).nonce;
         (void)other->process->node.add_transaction(by_hand(nonce), k_late).ok();
      }
      give({other->process->mine(201)});
   }

   void reorganise() {
      const std::uint64_t depth = 1 + roll(test::k_depth);
      const auto other = elsewhere(height() - depth);
      std::vector<BlockPtr> blocks;
      for (const TransactionPtr &one : process_->node.waiting_transactions_of(test::address(k_wallet))) {
         if (roll(2) == 0)
            break;
         (void)other->process->node.add_transaction(one, k_late).ok();
      }
      if (roll(4) == 0) {
         const std::uint64_t nonce = other->process->account(test::address(k_wallet)).nonce;
         (void)other->process->node.add_transaction(by_hand(nonce), k_late).ok();
      }
      for (std::uint64_t i = 0; i <= depth; ++i)
         blocks.push_back(other->process->mine(202));
      abandoned_ = main_blocks(height() - depth + 1);
      give(blocks);
   }

   /// What was unwound, transfers and all, becomes the main chain again, if it is not too deep by now.
   void abandoned_branch_wins() {
      const std::uint64_t now = height();
      if (abandoned_.empty() || abandoned_.front()->header.height + test::k_depth <= now)
         return;
      const auto other = elsewhere(abandoned_.front()->header.height - 1);
      std::vector<BlockPtr> blocks = std::exchange(abandoned_, {});
      for (const BlockPtr &block : blocks) {
         if (!other->process->node.add_block(block, k_late))
            return; // its fork is on a third branch by now
      }
      while (blocks.back()->header.height <= now)
         blocks.push_back(other->process->mine(203));
      give(blocks);
   }

   std::vector<BlockPtr> main_blocks(std::uint64_t from) {
      std::vector<BlockPtr> out;
      const auto view = *store_.disk.read();
      for (std::uint64_t h = from; h <= need_tip(*view)->height; ++h)
         out.push_back(*need_block(*view, process_->node.network(), **main_id(*view, h)));
      return out;
   }

   std::mt19937_64 chance_;
   CrashStore store_;
   std::unique_ptr<Process> process_;
   std::deque<Order> orders_;
   std::vector<BlockPtr> abandoned_; // by the last reorganisation, oldest first
   std::uint64_t addresses_ = 0;
};

TEST(PayoutSimulationTest, no_batch_is_lost_or_paid_twice_over_crashes_reorganisations_and_transfers_by_hand) {
   int paid = 0, restarts = 0, orphaned = 0;
   // 97 pays twice when a transfer is signed anew although its nonce is not used for good.
   for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 97}) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      PayoutSimulation simulation(seed);
      for (int i = 0; i < 60 && !testing::Test::HasFailure(); ++i)
         simulation.step();
      simulation.finish();
      paid += simulation.paid;
      restarts += simulation.restarts;
      orphaned += simulation.orphaned;
      if (testing::Test::HasFailure())
         return;
   }
   EXPECT_GT(paid, 40) << "the schedule must reach what it is for";
   EXPECT_GT(restarts, 60);
   EXPECT_GT(orphaned, 60);
   std::printf("%d batches paid, %d restarts, %d blocks unwound\n", paid, restarts, orphaned);
}

} // namespace
} // namespace nebula::chain
