/// The log of the accounts: what its bytes say whatever became of them, and accounts that live with it.

#include "memory_store.h"

#include "accounts/accounts.h"

#include <gtest/gtest.h>

#include <random>

namespace nebula::pool::accounts::test {
namespace {

using Records = std::vector<std::pair<std::uint64_t, Bytes>>;

Records records_of(ByteView file) {
   Records out;
   (void)each_logged(
      file, [&](std::uint64_t number, ByteView bytes) { out.emplace_back(number, Bytes(bytes.begin(), bytes.end())); });
   return out;
}

Bytes file_of(const Records &records) {
   Bytes out;
   for (const auto &[number, bytes] : records) {
      const Bytes one = logged(number, bytes);
      out.insert(out.end(), one.begin(), one.end());
   }
   return out;
}

TEST(PoolLog, reads_back_what_was_written_and_stops_at_the_first_record_that_is_not_whole) {
   const Records written = {{5, Bytes(10, 1)}, {6, Bytes(5'000, 2)}, {9, Bytes()}, {10, Bytes(4'064, 3)}};
   const Bytes file = file_of(written);
   EXPECT_EQ(file.size() % k_log_block, 0u);
   EXPECT_EQ(records_of(file), written);
   std::vector<std::size_t> begins; // and the end of the file
   std::size_t at = 0;
   for (const auto &[number, bytes] : written) {
      begins.push_back(at);
      at += logged_size(bytes.size());
   }
   for (std::size_t i = 0; i < written.size(); ++i)
      for (std::size_t byte = 0; byte < 32 + written[i].second.size(); byte += byte < 64 ? 1 : 97) {
         Bytes damaged = file;
         damaged[begins[i] + byte] ^= 0x40;
         EXPECT_EQ(records_of(damaged), Records(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(i)))
            << "record " << i << ", byte " << byte;
         const auto cut = std::span(file).first(begins[i] + byte);
         EXPECT_EQ(records_of(cut), Records(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(i)));
      }
}

TEST(PoolLog, ends_where_records_of_an_earlier_time_begin) {
   Bytes file = file_of({{1, Bytes(10, 1)}, {2, Bytes(9'000, 2)}, {3, Bytes(10, 3)}});
   const Bytes fresh = logged(4, Bytes(20, 4));
   std::ranges::copy(fresh, file.begin());
   EXPECT_EQ(records_of(file), (Records{{4, Bytes(20, 4)}}));
}

class LoggedAccounts : public testing::Test {
protected:
   LoggedAccounts() {
      store_.use_log();
      open();
   }
   void open() {
      accounts_.emplace(Rules(), store_);
      accounts_->open("pool");
   }
   void book() {
      ShareEntry share;
      share.worker = accounts_->worker("ZION_A", "rig", "cosmic-harmony");
      share.difficulty = 10;
      share.network_difficulty = 1'000;
      share.time_s = 1'700'000'000;
      accounts_->book(std::span(&share, 1));
   }
   [[nodiscard]] std::uint64_t accepted() const { return accounts_->totals().shares.accepted; }

   MemoryStore store_;
   std::optional<Accounts> accounts_;
};

TEST_F(LoggedAccounts, take_no_transaction_for_shares_of_workers_that_they_know) {
   book(); // its worker is new
   const std::uint64_t commits = store_.commits();
   for (int i = 0; i < 5; ++i)
      book();
   EXPECT_EQ(store_.commits(), commits);
   EXPECT_EQ(store_.appends(), 5u);
   open();
   EXPECT_EQ(accepted(), 6u);
   EXPECT_EQ(store_.commits(), commits + 1) << "a start brings them into the store";
   store_.file() = Bytes(store_.file().size());
   open();
   EXPECT_EQ(accepted(), 6u);
}

TEST_F(LoggedAccounts, bring_into_the_store_what_is_in_the_log_when_a_second_has_passed_and_when_it_is_full) {
   book();
   book();
   accounts_->tick(1'700'000'001);
   const std::uint64_t commits = store_.commits();
   store_.file() = Bytes(store_.file().size());
   open();
   EXPECT_EQ(accepted(), 2u);
   for (int i = 0; i < 20; ++i) // more than the file holds
      book();
   EXPECT_GT(store_.commits(), commits + 1);
   open();
   EXPECT_EQ(accepted(), 22u);
}

TEST_F(LoggedAccounts, know_after_a_failed_append_whether_it_happened_and_lose_nothing_before_it) {
   book();
   for (const bool whole : {false, true}) {
      const std::uint64_t before = accepted(), sequence = accounts_->sequence();
      book();
      store_.refuse_appends(whole ? k_log_block : 40);
      EXPECT_THROW(book(), Error);
      store_.refuse_appends(std::nullopt);
      EXPECT_EQ(accounts_->sequence(), sequence + (whole ? 2 : 1));
      EXPECT_EQ(accepted(), before + (whole ? 2 : 1));
      book();
      open();
      EXPECT_EQ(accepted(), before + (whole ? 3 : 2));
   }
}

TEST_F(LoggedAccounts, refuse_a_log_that_is_not_of_the_time_of_their_store) {
   book();
   const auto tables = store_.tables();
   book();
   accounts_->flush();
   book();
   store_.tables() = tables; // as from a backup, without the log
   EXPECT_THROW(open(), Error);
}

} // namespace
} // namespace nebula::pool::accounts::test
