// When a table is built, kept, given up and refused; and that it is really read.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "backends.h"
#include "pool.h"
#include "reference.h"
#include "tables.h"

namespace nebula::test {
namespace {

using namespace nebula::autolykos2;

std::atomic<std::uint64_t> g_elements{0}; ///< computed by the counting kernel

/// libsodium's, but it counts, and is slow enough for a test to come in between.
Kernel counting_kernel() {
   Kernel kernel = k_plain_kernel;
   kernel.elements = [](const std::uint32_t *index, std::uint32_t height, Number *out) noexcept {
      ++g_elements;
      k_plain_kernel.elements(index, height, out);
   };
   return kernel;
}

/// Several pieces.
std::uint32_t larger_table_size(std::uint64_t) {
   return 40'000;
}

class TablesTest : public testing::Test {
protected:
   Tables &tables(TableSizeRule rule = tiny_table_size) {
      tables_ = std::make_unique<Tables>(kernel_, rule,
                                         Workers{.post =
                                                    [this](std::function<void()> task) {
                                                       if (refuse_tasks_)
                                                          throw std::runtime_error("stopped");
                                                       pool_.post(std::move(task));
                                                    },
                                                 .count = Pool::k_threads,
                                                 .progress =
                                                    [this](std::uint64_t done, std::uint64_t total) {
                                                       done_ = std::max<std::uint64_t>(done_, done);
                                                       total_ = total;
                                                    },
                                                 .failed = [this](std::string_view why) { why_ += why; },
                                                 .available_bytes = [this] { return available_.load(); }});
      return *tables_;
   }
   [[nodiscard]] bool is_there(std::uint32_t height) { return tables_->use(height, 0) != nullptr; }
   void wait_until_there(std::uint32_t height) {
      while (!is_there(height))
         std::this_thread::sleep_for(std::chrono::milliseconds(1));
   }

   const Kernel kernel_ = counting_kernel();
   std::atomic<std::uint64_t> available_{std::uint64_t{1} << 40};
   std::atomic<bool> refuse_tasks_{false};
   std::atomic<std::uint64_t> done_{0}, total_{0};
   std::string why_;
   std::unique_ptr<Tables> tables_;
   Pool pool_; // ends first: its tasks use the tables
};

TEST_F(TablesTest, are_there_when_prepared_and_hold_the_reference_s_elements) {
   tables(larger_table_size).build_ahead(7);
   wait_until_there(7);
   const auto table = tables_->use(7, 0);
   ASSERT_NE(table, nullptr);
   EXPECT_EQ(table->size(), 40'000u);
   for (std::uint32_t i = 0; i < table->size(); i += 997)
      ASSERT_EQ((*table)[i], plain_element(i, 7));
   EXPECT_EQ((*table)[table->size() - 1], plain_element(table->size() - 1, 7));
   EXPECT_EQ(done_, total_);
   EXPECT_GT(total_, 0u);
}

TEST_F(TablesTest, are_built_in_the_background_when_enough_nonces_were_hashed_without) {
   Tables &all = tables();
   g_elements = 0;
   EXPECT_EQ(all.use(7, k_interest_nonces - 1), nullptr);
   EXPECT_EQ(all.use(8, 1), nullptr) << "another height in between: it begins anew";
   EXPECT_EQ(all.use(7, k_interest_nonces - 1), nullptr);
   EXPECT_EQ(g_elements.exchange(0), 0u) << "nothing is built for a probe";
   EXPECT_EQ(all.use(7, 1), nullptr) << "and nobody waits";
   wait_until_there(7);
}

TEST_F(TablesTest, keep_the_table_in_use_while_the_next_is_prepared_ahead) {
   tables().build_ahead(7);
   wait_until_there(7);
   tables_->build_ahead(8);
   wait_until_there(8);
   EXPECT_TRUE(is_there(7)) << "late jobs";
   EXPECT_TRUE(is_there(8));
   tables_->build_ahead(9);
   wait_until_there(9);
   EXPECT_TRUE(is_there(8));
   EXPECT_FALSE(is_there(7)) << "two are enough";
}

TEST_F(TablesTest, are_not_prepared_ahead_when_there_is_no_memory_for_two) {
   tables().build_ahead(7);
   wait_until_there(7);
   available_ = k_memory_kept_free + Table::bytes_for(tiny_table_size(8)) - 1;
   tables_->build_ahead(8);
   EXPECT_FALSE(is_there(8));
   EXPECT_TRUE(is_there(7)) << "the miner keeps what it uses";
   EXPECT_EQ(why_, "");
   (void)tables_->use(8, k_interest_nonces); // its jobs get the memory of the old one
   wait_until_there(8);
   EXPECT_FALSE(is_there(7));
}

TEST_F(TablesTest, say_once_that_there_is_no_memory_for_one) {
   available_ = k_memory_kept_free;
   Tables &all = tables();
   EXPECT_EQ(all.use(7, k_interest_nonces), nullptr);
   EXPECT_NE(why_.find("no Autolykos table: 1024 MiB of memory are available"), std::string::npos) << why_;
   why_.clear();
   EXPECT_EQ(all.use(7, k_interest_nonces), nullptr);
   all.build_ahead(8);
   EXPECT_EQ(why_, "") << "once is enough";
}

TEST_F(TablesTest, say_so_when_no_worker_takes_their_tasks) {
   refuse_tasks_ = true;
   EXPECT_EQ(tables().use(7, k_interest_nonces), nullptr);
   EXPECT_EQ(why_, "stopped");
}

TEST_F(TablesTest, give_up_an_unfinished_table_when_jobs_want_another) {
   Tables &all = tables(larger_table_size);
   (void)all.use(7, k_interest_nonces);
   (void)all.use(8, k_interest_nonces);
   wait_until_there(8);
   EXPECT_FALSE(is_there(7));
}

TEST_F(TablesTest, are_refused_when_an_element_is_wrong) {
   const Kernel wrong = [] {
      Kernel kernel = k_plain_kernel;
      kernel.elements = [](const std::uint32_t *index, std::uint32_t height, Number *out) noexcept {
         k_plain_kernel.elements(index, height, out);
         out->limb[0] ^= *index == tiny_table_size(height) - 1;
      };
      return kernel;
   }();
   Tables all(wrong, tiny_table_size,
              {.post = [](const std::function<void()> &task) { task(); },
               .count = 1,
               .progress = [](std::uint64_t, std::uint64_t) {},
               .failed = [this](std::string_view why) { why_ += why; },
               .available_bytes = [] { return std::uint64_t{1} << 40; }});
   all.build_ahead(7);
   EXPECT_EQ(all.use(7, 0), nullptr);
   EXPECT_NE(why_.find("wrong elements"), std::string::npos);
}

TEST_F(TablesTest, spare_their_readers_all_hashing_of_elements) {
   FakeHost host;
   CpuBackend backend(table_backend_spec(kernel_, tables(), tiny_table_size));
   backend.provide(host.host());
   TestSession session(*backend.table());
   ASSERT_EQ(session.prepare(7), NEB_OK);
   wait_until_there(7);
   g_elements = 0;
   const TestJob job{.height = 7, .count = 100};
   ASSERT_NO_FATAL_FAILURE(expect_exact(job, session.run(job)));
   EXPECT_EQ(g_elements, 0u);
   g_elements = 0;
   const TestJob unprepared{.height = 8, .count = 10, .prepare_ahead = false};
   ASSERT_NO_FATAL_FAILURE(expect_exact(unprepared, session.run(unprepared)));
   EXPECT_EQ(g_elements, 10 * (1 + k_terms)) << "and without a table, each is hashed";
}

TEST_F(TablesTest, serve_several_sessions_while_the_height_moves_on) {
   CpuBackend backend(table_backend_spec(*available_kernels().back(), tables(), tiny_table_size));
   FakeHost host;
   backend.provide(host.host());
   std::vector<std::thread> miners;
   std::vector<std::vector<TestResult>> results(3);
   const auto job_of = [](std::size_t miner, std::uint64_t height) {
      return TestJob{.height = height, .first = miner << 40 | height, .count = 100, .prepare_ahead = miner != 2};
   };
   for (std::size_t miner = 0; miner < results.size(); ++miner)
      miners.emplace_back([&, miner] {
         TestSession session(*backend.table());
         for (std::uint64_t height = 10; height < 25; ++height)
            results[miner].push_back(session.run(job_of(miner, height)));
      });
   for (std::thread &miner : miners)
      miner.join();
   for (std::size_t miner = 0; miner < results.size(); ++miner)
      for (std::uint64_t height = 10; height < 25; ++height)
         ASSERT_NO_FATAL_FAILURE(expect_exact(job_of(miner, height), results[miner][height - 10]));
}

} // namespace
} // namespace nebula::test
