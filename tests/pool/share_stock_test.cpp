#include "stand_in_algorithm.h"

#include "tools/share_stock.h"

#include "core/difficulty.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

/// Shares that are found ahead of their times.

namespace nebula::pool {
namespace {

constexpr std::size_t k_miners = 5, k_most = 8;
constexpr auto k_valid = static_cast<std::size_t>(ShareKind::valid), k_low = static_cast<std::size_t>(ShareKind::low);

class Stock : public ::testing::Test {
protected:
   Stock() : miners_(k_miners) {
      for (std::size_t i = 0; i < k_miners; ++i) {
         miners_[i].index = static_cast<std::uint32_t>(i);
         give(miners_[i], 4, true);
      }
   }

   static void give(Miner &miner, Difficulty difficulty, bool clean) {
      miner.work.id = std::to_string(miner.jobs + 1);
      miner.work.input.bytes.assign(76, static_cast<std::uint8_t>(miner.index * 16 + miner.jobs));
      miner.work.input.nonce_offset = 39;
      miner.work.target = target_of(difficulty).to_big_endian();
      miner.work.clean = clean;
      miner.got_work();
   }

   std::unique_ptr<ShareStock> make(std::size_t threads, const PerKind &most) {
      std::vector<std::unique_ptr<Computer>> computers;
      for (std::size_t i = 0; i < threads; ++i)
         computers.push_back(std::make_unique<Computer>(algorithm_.slot()));
      return std::make_unique<ShareStock>(std::move(computers), k_miners, most);
   }

   const Miner *any() { return &miners_[next_++ % k_miners]; }

   void fill(ShareStock &stock) {
      do {
         stock.fill([&] { return any(); });
         std::this_thread::sleep_for(std::chrono::microseconds(100));
      } while (!stock.full());
   }

   bool meets(const ShareStock::Ready &one) {
      Computer computer(algorithm_.slot());
      const Miner &miner = miners_[one.miner];
      Input input = miner.work.input;
      input.bytes.assign(76, static_cast<std::uint8_t>(miner.index * 16 + one.share.jobs - 1));
      const Digest digest = computer.digest(input, {}, one.share.nonce);
      EXPECT_EQ(digest, one.share.digest);
      return computer.meets(digest, miner.work.target);
   }

   StandInAlgorithm algorithm_;
   std::vector<Miner> miners_;
   std::size_t next_ = 0;
};

} // namespace

TEST_F(Stock, shares_are_what_they_are_meant_to_be_and_none_is_there_twice) {
   PerKind most{};
   most[k_valid] = most[k_low] = k_most;
   const auto stock = make(2, most);
   std::set<std::pair<std::uint32_t, std::uint64_t>> nonces;
   for (int round = 0; round < 50; ++round) {
      fill(*stock);
      EXPECT_EQ(stock->ready(), 2 * k_most);
      for (const ShareKind kind : {ShareKind::valid, ShareKind::low})
         for (std::size_t i = 0; i < k_most; ++i) {
            const auto one = stock->take(kind);
            ASSERT_TRUE(one);
            EXPECT_EQ(meets(*one), kind == ShareKind::valid);
            EXPECT_TRUE(nonces.emplace(one->miner, one->share.nonce).second);
            EXPECT_GE(one->share.nonce, 1u << 31) << "the sender's own are below";
         }
      EXPECT_FALSE(stock->take(ShareKind::valid)) << "no more than were asked for";
   }
}

TEST_F(Stock, after_a_clean_job_nothing_of_an_earlier_one_is_handed_out) {
   PerKind most{};
   most[k_valid] = k_most;
   const auto stock = make(2, most);
   for (int round = 0; round < 50; ++round) {
      fill(*stock);
      Miner &miner = miners_[static_cast<std::size_t>(round) % k_miners];
      give(miner, 4, true);
      stock->work_changed(miner);
      for (int i = 0; i < 20; ++i) {
         stock->fill([&] { return any(); }); // some of the old job may be under way still
         if (const auto one = stock->take(ShareKind::valid); one && one->miner == miner.index) {
            EXPECT_EQ(one->share.jobs, miner.jobs);
         }
      }
   }
}

TEST_F(Stock, a_share_is_good_for_as_many_jobs_as_a_pool_keeps) {
   PerKind most{};
   most[k_valid] = 1;
   const auto stock = make(1, most);
   Miner &miner = miners_[0];
   const auto only = [&] { return &miner; };
   while (!stock->full())
      stock->fill(only);
   for (std::uint64_t i = 1; i < Miner::k_jobs_back; ++i) {
      give(miner, 4, false);
      stock->work_changed(miner);
      EXPECT_EQ(stock->ready(), 1u);
   }
   give(miner, 4, false);
   stock->work_changed(miner);
   EXPECT_EQ(stock->ready(), 0u);
}

TEST_F(Stock, a_search_for_lost_work_ends_and_so_does_one_that_finds_nothing) {
   PerKind most{};
   most[k_valid] = 2;
   const auto stock = make(2, most);
   give(miners_[0], ~0ull, true); // nobody finds one of those
   stock->fill([&] { return &miners_[0]; });
   EXPECT_FALSE(stock->take(ShareKind::valid));
   miners_[0].lost_work();
   stock->work_changed(miners_[0]);
   while (!stock->full()) // with another miner's
      stock->fill([&] { return &miners_[1]; });
   EXPECT_EQ(stock->take(ShareKind::valid)->miner, 1u);
   give(miners_[1], ~0ull, true);
   stock->work_changed(miners_[1]);
   stock->fill([&] { return &miners_[1]; }); // under way when the stock goes away
}

TEST_F(Stock, what_a_search_throws_is_thrown_where_its_shares_are_wanted) {
   PerKind most{};
   most[k_valid] = 1;
   const auto stock = make(1, most);
   miners_[0].work.input.nonce_offset = 100; // behind the input's end
   EXPECT_THROW(
      for (;;) {
         stock->fill([&] { return &miners_[0]; });
         std::this_thread::yield();
      },
      Error);
}

} // namespace nebula::pool
