#include "money_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace nebula::monero {

namespace {

using test::MoneyWorld;

struct Crash {};

/// Rows as they are on disk; the process may die around a write.
class CrashStore final : public PayoutStore {
public:
   void put(const PayoutBatch &batch, const std::string *metadata) override {
      step();
      rows_[batch.key] = encode_batch(batch);
      open_[batch.number] = batch.key;
      if (metadata != nullptr)
         metadata_[batch.pieces.back().id] = *metadata;
      step();
   }
   void close(const PayoutBatch &batch) override {
      step();
      rows_[batch.key] = encode_batch(batch);
      open_.erase(batch.number);
      for (const Piece &one : batch.pieces)
         metadata_.erase(one.id);
      step();
   }
   std::optional<PayoutBatch> find(std::string_view key) override {
      const auto found = rows_.find(std::string(key));
      return found == rows_.end() ? std::nullopt : std::optional(*decode_batch(key, found->second));
   }
   std::vector<PayoutBatch> open_batches() override {
      std::vector<PayoutBatch> out;
      for (const auto &[number, key] : open_)
         out.push_back(*find(key));
      return out;
   }
   std::string metadata(const Hash &id) override { return metadata_.at(id); }

   void crash_after(unsigned steps) { left_ = steps; }

private:
   void step() {
      if (left_ != 0 && --left_ == 0)
         throw Crash{};
   }
   unsigned left_ = 0;
   std::map<std::string, std::string> rows_;
   std::map<std::uint64_t, std::string> open_;
   std::map<Hash, std::string> metadata_;
};

struct Order {
   std::string key;
   std::vector<Payment> payments;
   std::optional<BatchState> known;
};

/// Somebody orders batches and asks again; the node dies around its writes and between any two answers, answers get
/// lost, blocks are unwound, the pool forgets, and the operator spends the same money by hand.
class Simulation {
public:
   explicit Simulation(std::uint64_t seed) : world(seed), chance_(seed) { restart(); }

   void step() {
      try {
         switch (roll(14)) {
         case 0:
            order_new();
            break;
         case 1:
            if (!orders_.empty())
               ask(orders_[roll(static_cast<std::uint32_t>(orders_.size()))]);
            break;
         case 2:
         case 3:
            world.mine();
            break;
         case 4:
            world.unwind(1 + roll(3));
            break;
         case 5:
            world.forget_one();
            break;
         case 6:
            world.spend_by_hand();
            break;
         case 7:
            store_.crash_after(1 + roll(5));
            break;
         case 8:
            restart();
            break;
         default:
            talk(true);
            break;
         }
      } catch (const Crash &) {
         restart();
      }
      nobody_has_more_than_ordered();
   }

   void finish() {
      restart();
      for (Order &one : orders_)
         ask(one);
      for (int i = 0; i < 600 && !payer_->list().empty(); ++i) {
         world.mine();
         for (int j = 0; j < 40; ++j)
            talk(false);
      }
      for (const auto &[key, view] : payer_->list())
         ADD_FAILURE() << key << " is not settled: " << view.text;
      for (const Order &one : orders_) {
         const BatchState state = payer_->view(one.key)->state;
         paid += state == BatchState::paid ? 1 : 0;
         for (const Payment &payment : one.payments)
            EXPECT_EQ(world.received(payment.address), state == BatchState::paid ? payment.amount : 0) << one.key;
      }
      EXPECT_EQ(payer_->owed(), 0u);
   }

   MoneyWorld world;
   int paid = 0;
   int restarts = 0;

private:
   std::uint32_t roll(std::uint32_t sides) { return static_cast<std::uint32_t>(chance_() % sides); }

   void restart() {
      store_.crash_after(0);
      payer_ = std::make_unique<Payer>(store_, std::string(MoneyWorld::k_wallet));
      payer_->load(now_);
      ++restarts;
   }

   /// One question and its answer, which may be lost on either way.
   void talk(bool mishaps) {
      now_ += 1 + roll(4'000);
      const auto question = payer_->due(now_);
      if (!question) {
         if (const auto at = payer_->due_at())
            now_ = std::max(now_, *at);
         return;
      }
      const Error lost{"no answer", Fault::transport};
      const std::uint32_t mishap = mishaps ? roll(10) : 9;
      if (mishap == 0)
         return payer_->on_answer(now_, lost);
      const std::string body = world.answer(*question);
      if (mishap == 1)
         return payer_->on_answer(now_, lost);
      if (mishap == 2)
         return restart();
      payer_->on_answer(now_, body);
   }

   void order_new() {
      Order order;
      order.key = "order " + std::to_string(orders_.size());
      const std::uint32_t count = roll(5) == 0 ? 40 : 1 + roll(4);
      for (std::uint32_t i = 0; i < count; ++i)
         order.payments.push_back({order.key + "/" + std::to_string(i), 1 + roll(roll(15) == 0 ? 100'000 : 60)});
      orders_.push_back(std::move(order));
      ask(orders_.back());
   }

   void ask(Order &order) {
      const auto view = payer_->order(now_, order.key, order.payments, "");
      ASSERT_TRUE(view.ok()) << view.error().text;
      if (order.known && *order.known != BatchState::open) {
         EXPECT_EQ(view->state, *order.known) << order.key << " changed its mind";
      }
      order.known = view->state;
   }

   void nobody_has_more_than_ordered() {
      for (const Order &order : orders_) {
         for (const Payment &one : order.payments) {
            const std::uint64_t has = world.received(one.address);
            EXPECT_TRUE(has == 0 || has == one.amount) << order.key << ": " << has << " of " << one.amount;
         }
      }
   }

   std::mt19937_64 chance_;
   CrashStore store_;
   std::unique_ptr<Payer> payer_;
   std::deque<Order> orders_;
   TimeMs now_ = 1'000'000;
};

TEST(PayerSimulationTest, no_batch_is_lost_or_paid_twice_over_crashes_lost_answers_and_conflicts) {
   int paid = 0, restarts = 0, dropped = 0;
   for (std::uint64_t seed = 1; seed <= 12 && !testing::Test::HasFailure(); ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      Simulation simulation(seed);
      for (int i = 0; i < 250 && !testing::Test::HasFailure(); ++i)
         simulation.step();
      simulation.finish();
      paid += simulation.paid;
      restarts += simulation.restarts;
      dropped += simulation.world.dropped;
   }
   std::printf("%d batches paid, %d restarts, %d relays refused\n", paid, restarts, dropped);
   EXPECT_GT(paid, 80) << "the schedule must reach what it is for";
   EXPECT_GT(restarts, 150);
   EXPECT_GT(dropped, 10);
}

} // namespace

} // namespace nebula::monero
