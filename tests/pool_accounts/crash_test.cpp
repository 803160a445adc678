/// Submit, block, payout with the power going at any commit or append: from a seed, hundreds of times. Whatever was
/// acknowledged is there, the books balance to the atomic unit, and the coin paid each debt once.

#include "memory_store.h"
#include "scripted_coin.h"

#include <gtest/gtest.h>

namespace nebula::pool::accounts::test {
namespace {

Rules rules(std::uint64_t seed) {
   Rules out;
   out.scheme = static_cast<Scheme>(seed % 3);
   out.fee_ppm = seed % 4 == 0 ? 0 : 12'345;
   out.fee_address = seed % 8 < 4 ? "ZION_FEE" : "";
   out.threshold = 1'000'000;
   out.payout_interval_s = 30;
   out.batch_payments_max = 3;
   out.splits_kept = 4;
   out.checkpoint_s = 20;
   out.checkpoint_events = 30;
   out.levels = {{"ONE", 0, 100}, {"TWO", 1'000, 150}, {"THREE", 3'000, 200}};
   return out;
}

class World {
public:
   /// Three of four with a log.
   explicit World(std::uint64_t seed) : seed_(seed), random_(seed), coin_(seed + 1) {
      if (seed % 4 != 0)
         store_.use_log();
      open();
   }

   /// `loss`: at that commit the power goes; 0: now and then.
   void run(int steps, std::uint64_t loss = 0, bool commit_happens = false) {
      if (loss != 0)
         store_.lose_power_at(loss, commit_happens);
      for (int i = 0; i < steps; ++i) {
         if (loss == 0 && random_() % 12 == 0)
            store_.lose_power_at(1 + random_() % 6, random_() % 2 == 0);
         now_ += random_() % 20;
         try {
            step();
         } catch (const PowerLost &) {
            ++crashes;
            open();
         }
      }
      store_.power_up();
      open();
   }

   /// Everybody answers, and nothing new happens, until nothing is left to do.
   void settle() {
      for (int i = 0; i < 400; ++i) {
         now_ += 100;
         if (i % 4 == 0)
            grow({});
         ask(false);
         accounts_->pay_out(now_, check);
         accounts_->tick(now_);
      }
   }

   void verify() {
      const Audit audit = accounts_->audit();
      for (const std::string &fault : audit.faults)
         ADD_FAILURE() << "seed " << seed_ << ": " << fault;
      const TotalsView totals = accounts_->totals();
      EXPECT_GE(totals.shares.accepted, acknowledged_) << "seed " << seed_ << ": an acknowledged share is lost";
      EXPECT_LE(totals.shares.accepted, acknowledged_ + in_doubt_) << "seed " << seed_;
   }

   void reconcile() {
      const Audit audit = accounts_->audit();
      EXPECT_EQ(audit.credited.main, coin_.received().main) << "seed " << seed_ << ": a block is lost or counted twice";
      EXPECT_LE(audit.credited.bonus, coin_.received().bonus) << "seed " << seed_;
      EXPECT_TRUE(audit.paying.zero()) << "seed " << seed_;
      EXPECT_TRUE(coin_.conflicts().empty()) << "seed " << seed_ << ": a key was used twice";
      EXPECT_EQ(coin_.funds().main, audit.balance.main) << "seed " << seed_;
      Money paid;
      for (const auto &[wallet, money] : coin_.paid()) {
         const auto miner = accounts_->miner(wallet);
         ASSERT_TRUE(miner) << wallet;
         EXPECT_EQ(miner->paid, money) << "seed " << seed_ << ": " << wallet;
         paid += money;
      }
      EXPECT_EQ(paid, audit.paid) << "seed " << seed_;
      blocks = audit.blocks;
      paid_main = paid.main;
      for (const char *name : {"ZION_A", "ZION_B", "ZION_C", "ZION_BAD"})
         if (const auto miner = accounts_->miner(name); miner && std::string(name) != "ZION_BAD") {
            EXPECT_LT(miner->balance.main, 1'000'000u) << "seed " << seed_ << ": " << name << " is due";
         }
   }

   [[nodiscard]] std::uint64_t appends() const { return store_.appends(); }

   int crashes = 0;
   std::uint64_t blocks = 0;
   Amount paid_main = 0;

private:
   static std::string check(const std::string &address) { return address == "ZION_BAD" ? "this is no address" : ""; }

   void open() {
      store_.power_up();
      accounts_.emplace(rules(seed_), store_);
      accounts_->open("pool" + std::to_string(seed_));
      accounts_->use_coin({"scripted", "TEST", 6, ScriptedCoin::k_maturity, 2}, 1'000'000, {});
      accounts_->tip(coin_.tip());
   }

   void grow(ScriptedCoin::ChainBlock block) {
      coin_.grow(std::move(block));
      accounts_->tip(coin_.tip());
   }

   void step() {
      switch (random_() % 10) {
      case 0:
      case 1:
      case 2:
      case 3:
         return mine();
      case 4:
         return grow({});
      case 5:
         if (random_() % 3 == 0)
            coin_.reorganise(1 + random_() % (ScriptedCoin::k_maturity - 1));
         return;
      case 6:
         return accounts_->tick(now_);
      case 7:
         return accounts_->pay_out(now_, check);
      default:
         return ask(true);
      }
   }

   void mine() {
      static constexpr const char *k_wallets[] = {"ZION_A", "ZION_B", "ZION_C", "ZION_BAD", "ZION_D"};
      static constexpr const char *k_algorithms[] = {"cosmic-harmony", "randomx"};
      std::vector<ShareEntry> shares;
      const std::uint64_t height = coin_.tip() + 1;
      std::size_t accepted = 0;
      for (std::uint64_t i = random_() % 12 + 1; i > 0; --i) {
         ShareEntry share;
         const std::uint64_t algorithm = random_() % 4 == 0;
         share.worker =
            accounts_->worker(k_wallets[random_() % 5], random_() % 2 == 0 ? "rig" : "", k_algorithms[algorithm]);
         share.outcome = random_() % 8 == 0 ? Outcome::stale : Outcome::accepted;
         share.network_difficulty = 1'000 * (1 + algorithm);
         share.difficulty = 10 + random_() % 100;
         share.height = height;
         share.time_s = now_;
         share.block = share.outcome == Outcome::accepted && random_() % 30 == 0;
         accepted += share.outcome == Outcome::accepted;
         shares.push_back(share);
      }
      const std::uint64_t first = accounts_->next_block();
      in_doubt_ += accepted;
      accounts_->book(shares);
      in_doubt_ -= accepted;
      acknowledged_ += accepted;
      std::uint64_t number = first;
      for (const ShareEntry &share : shares) {
         if (!share.block)
            continue;
         // The source: the first one at a height is a block, unless somebody else was faster.
         if (coin_.tip() + 1 == share.height && random_() % 4 != 0) {
            const std::string id = "block" + std::to_string(seed_) + "-" + std::to_string(++ids_);
            grow({id, 43'835'000 + random_() % 1'000,
                  random_() % 3 == 0 ? 0 : 190'258'751 % (1 + random_() % 200'000'000)});
            if (random_() % 8 != 0) // else its answer is lost
               accounts_->found(number, id, share.height);
         } else if (random_() % 8 != 0) {
            accounts_->refused(number);
         }
         ++number;
      }
   }

   void ask(bool forgetful) {
      for (const CoinCall &call : accounts_->calls(now_)) {
         const bool lost = forgetful && random_() % 6 == 0;
         switch (call.kind) {
         case CoinCall::Kind::block:
            if (!lost)
               accounts_->said(call.number, coin_.block(call.text, call.height), now_);
            break;
         case CoinCall::Kind::pay: {
            const auto answer = coin_.pay(call);
            if (!lost && answer)
               accounts_->batch_said(call.number, *answer, now_);
            break;
         }
         case CoinCall::Kind::batch:
            if (!lost)
               accounts_->batch_said(call.number, coin_.batch(call.text), now_);
            break;
         case CoinCall::Kind::balance:
            if (!lost)
               accounts_->balance_said(call.fund, coin_.spendable(call.fund));
            break;
         }
      }
   }

   std::uint64_t seed_;
   std::mt19937_64 random_;
   MemoryStore store_;
   ScriptedCoin coin_;
   std::optional<Accounts> accounts_;
   std::uint64_t now_ = 1'700'000'000, acknowledged_ = 0, in_doubt_ = 0, ids_ = 0;
};

TEST(PoolAccountsCrash, hundreds_of_lives_from_share_to_payment_reconcile_to_the_atomic_unit) {
   int crashes = 0;
   std::uint64_t blocks = 0, appends = 0;
   Amount paid = 0;
   for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      World world(seed);
      for (int life = 0; life < 4; ++life) {
         world.run(60);
         world.verify();
      }
      world.settle();
      world.verify();
      world.reconcile();
      crashes += world.crashes;
      blocks += world.blocks;
      appends += world.appends();
      paid += world.paid_main;
      if (::testing::Test::HasFailure())
         return;
   }
   EXPECT_GT(crashes, 300);
   EXPECT_GT(blocks, 500u);
   EXPECT_GT(appends, 1'000u);
   EXPECT_GT(paid, 10'000'000'000u);
}

TEST(PoolAccountsCrash, a_loss_of_power_at_any_commit_or_append_of_a_life_loses_nothing) {
   for (std::uint64_t commit = 1;; ++commit) {
      int crashes = 0;
      for (const bool happens : {false, true}) {
         World world(1'000 + commit % 4);
         world.run(100, commit, happens);
         world.verify();
         world.settle();
         world.verify();
         world.reconcile();
         crashes += world.crashes;
         ASSERT_FALSE(::testing::Test::HasFailure()) << "commit " << commit;
      }
      if (crashes == 0) {
         EXPECT_GT(commit, 40u) << "a life has more commits than that";
         return;
      }
   }
}

} // namespace
} // namespace nebula::pool::accounts::test
