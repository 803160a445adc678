#include "core/daemon_monitor.h"
#include "vectors.h"

#include <gtest/gtest.h>

namespace nebula::monero::test {

namespace {

using Ask = DaemonMonitor::Ask;

const Error k_no_connection{"connection refused", Fault::transport};
const Error k_busy{"the daemon answered error -9 \"Core is busy\"", Fault::busy, k_rpc_busy};

class Monitor : public testing::Test {
protected:
   TimeMs now_ = 1'000'000;
   DaemonMonitor monitor_{MonitorTimes{}, now_, 7};
   const std::shared_ptr<const BlockWork> work_ = work_of(template_vector(0));

   // Lets time pass until there is a question, and returns it.
   Ask next() {
      now_ = std::max(now_, monitor_.due_at().value());
      return monitor_.due(now_);
   }
   void serve() {
      ASSERT_EQ(next(), Ask::block_template);
      monitor_.on_template(now_, work_);
      ASSERT_EQ(monitor_.state(), DaemonState::serving);
   }
   void hear_height(const Hash &top) { monitor_.on_height(now_, HeightAnswer{work_->answer().height, top}); }
};

} // namespace

TEST_F(Monitor, asks_for_a_template_first_and_then_for_the_height_every_second) {
   serve();
   EXPECT_EQ(monitor_.due(now_), Ask::nothing);
   const TimeMs before = now_;
   EXPECT_EQ(next(), Ask::height);
   EXPECT_EQ(now_ - before, 1000);
}

TEST_F(Monitor, asks_one_question_at_a_time) {
   EXPECT_EQ(next(), Ask::block_template);
   EXPECT_EQ(monitor_.due(now_ + 100'000), Ask::nothing);
   EXPECT_EQ(monitor_.due_at(), std::nullopt);
}

TEST_F(Monitor, fetches_a_template_at_once_when_the_tip_is_another) {
   serve();
   ASSERT_EQ(next(), Ask::height);
   hear_height(Hash{1});
   EXPECT_EQ(monitor_.due(now_), Ask::block_template);
}

TEST_F(Monitor, fetches_a_template_every_twenty_seconds_for_its_fees) {
   serve();
   const TimeMs fetched = now_;
   Ask ask = next();
   while (ask == Ask::height) {
      hear_height(work_->answer().prev_hash);
      ask = next();
   }
   EXPECT_EQ(ask, Ask::block_template);
   EXPECT_EQ(now_ - fetched, 20'000);
}

TEST_F(Monitor, woken_fetches_a_template_at_once_also_after_the_question_under_way) {
   serve();
   monitor_.wake(now_);
   EXPECT_EQ(monitor_.due(now_), Ask::block_template);
   monitor_.wake(now_);
   monitor_.on_template(now_, work_);
   EXPECT_EQ(monitor_.due(now_), Ask::block_template);
   monitor_.on_template(now_, work_);
   EXPECT_EQ(monitor_.due(now_), Ask::nothing);
}

TEST_F(Monitor, is_unreachable_since_the_first_failure_and_backs_off_with_jitter) {
   serve();
   ASSERT_EQ(next(), Ask::height);
   const TimeMs since = now_;
   TimeMs longest = 0;
   for (int i = 0; i < 30; ++i) {
      const TimeMs before = now_;
      monitor_.on_height(now_, k_no_connection);
      ASSERT_EQ(next(), Ask::block_template);
      EXPECT_GE(now_ - before, 250);
      longest = std::max(longest, now_ - before);
   }
   EXPECT_EQ(monitor_.state(), DaemonState::unreachable);
   EXPECT_EQ(monitor_.since(), since);
   EXPECT_EQ(monitor_.detail(), "connection refused");
   EXPECT_LE(longest, 15'000);
   EXPECT_GE(longest, 7'500);
   monitor_.on_template(now_, work_);
   EXPECT_EQ(monitor_.state(), DaemonState::serving);
   EXPECT_EQ(monitor_.detail(), "");
}

TEST_F(Monitor, of_a_busy_daemon_asks_for_its_progress_until_it_is_synchronised) {
   ASSERT_EQ(next(), Ask::block_template);
   monitor_.on_template(now_, k_busy);
   EXPECT_EQ(monitor_.state(), DaemonState::syncing);
   const TimeMs before = now_;
   ASSERT_EQ(next(), Ask::info);
   EXPECT_EQ(now_ - before, 3000);
   monitor_.on_info(now_, InfoAnswer{100, 2000, false});
   EXPECT_EQ(monitor_.detail(), "at block 100 of 2000");
   ASSERT_EQ(next(), Ask::info);
   monitor_.on_info(now_, InfoAnswer{1, 0, false});
   EXPECT_EQ(monitor_.detail(), "at block 1, waiting for peers");
   ASSERT_EQ(next(), Ask::info);
   monitor_.on_info(now_, InfoAnswer{2000, 2000, true});
   serve();
}

TEST_F(Monitor, waits_for_the_operator_after_bad_credentials_and_a_wrong_wallet) {
   const std::vector<std::pair<Error, DaemonState>> cases = {
      {{"401", Fault::unauthorized}, DaemonState::bad_credentials},
      {{"-4", Fault::rpc, k_rpc_wallet_refused}, DaemonState::wrong_wallet},
      {{"-12", Fault::rpc, k_rpc_subaddress}, DaemonState::wrong_wallet}};
   for (const auto &[error, state] : cases) {
      ASSERT_EQ(next(), Ask::block_template);
      const TimeMs before = now_;
      monitor_.on_template(now_, error);
      EXPECT_EQ(monitor_.state(), state);
      monitor_.wake(now_);
      EXPECT_EQ(monitor_.due(now_), Ask::nothing) << "a new tip mends nothing";
      EXPECT_EQ(*monitor_.due_at() - before, 10'000);
   }
}

TEST_F(Monitor, says_it_cannot_work_with_refused_or_malformed_answers) {
   for (const Error &error :
        {Error{"-5", Fault::rpc, -5}, Error{"not JSON", Fault::malformed}, Error{"major version", Fault::refused}}) {
      ASSERT_EQ(next(), Ask::block_template);
      monitor_.on_template(now_, error);
      EXPECT_EQ(monitor_.state(), DaemonState::refusing);
      EXPECT_EQ(monitor_.detail(), error.text);
   }
}

TEST_F(Monitor, calls_a_template_stale_when_its_tip_is_not_confirmed_for_two_minutes) {
   EXPECT_FALSE(monitor_.stale(now_ + 1'000'000)) << "there is no template yet";
   serve();
   ASSERT_EQ(next(), Ask::height);
   hear_height(work_->answer().prev_hash);
   const TimeMs confirmed = now_;
   EXPECT_FALSE(monitor_.stale(confirmed + 120'000));
   EXPECT_TRUE(monitor_.stale(confirmed + 120'001));
   EXPECT_EQ(monitor_.unconfirmed_for(confirmed + 5), 5);
}

TEST_F(Monitor, asks_again_at_once_when_it_is_configured_anew) {
   ASSERT_EQ(next(), Ask::block_template);
   monitor_.on_template(now_, Error{"-4", Fault::rpc, k_rpc_wallet_refused});
   monitor_.reconfigure(now_, MonitorTimes{.poll = 250});
   serve();
   EXPECT_EQ(*monitor_.due_at() - now_, 250);
}

TEST(Backoff, gives_equal_pauses_for_equal_seeds_and_others_for_others) {
   Backoff a(500, 30'000, 1), b(500, 30'000, 1), c(500, 30'000, 2);
   bool differs = false;
   for (int i = 0; i < 10; ++i) {
      const TimeMs pause = a.next();
      EXPECT_EQ(pause, b.next());
      differs = differs || pause != c.next();
   }
   EXPECT_TRUE(differs);
}

} // namespace nebula::monero::test
