#include "core/block_tracker.h"

#include <gtest/gtest.h>

namespace nebula::monero {

namespace {

using What = BlockTracker::What;
using Admission = BlockTracker::Admission;

const Error k_no_answer{"no answer in 60 s", Fault::transport};

Hash hash_of(std::uint64_t number) {
   Hash hash{};
   for (std::size_t i = 0; i < 8; ++i)
      hash[i] = static_cast<std::uint8_t>(number >> (8 * i));
   return hash;
}

SolvedBlock block_at(std::uint64_t height) {
   return {height, height, hash_of(height), hash_of(height - 1), Bytes{1, 2, 3}};
}

std::optional<HeaderAnswer> header(std::uint64_t height, std::uint64_t depth, bool orphan) {
   return HeaderAnswer{hash_of(height), height, depth, orphan};
}

class Tracker : public testing::Test {
protected:
   TimeMs now_ = 5'000;
   BlockTracker tracker_{3};

   BlockTracker::Ask next() {
      now_ = std::max(now_, tracker_.due_at().value());
      return tracker_.due(now_).value();
   }
   // Submits the block and looks it up; returns the verdict.
   FateChange confirm(std::uint64_t height) {
      EXPECT_EQ(tracker_.add(now_, block_at(height)), Admission::taken);
      EXPECT_EQ(next().what, What::submit);
      EXPECT_FALSE(tracker_.on_submit(now_, SubmitAnswer{}));
      EXPECT_EQ(next().what, What::look);
      return tracker_.on_look(now_, header(height, 0, false)).value();
   }
};

} // namespace

TEST_F(Tracker, calls_a_block_in_the_chain_only_after_looking_it_up) {
   const FateChange change = confirm(100);
   EXPECT_EQ(change.fate, BlockFate::in_chain);
   EXPECT_TRUE(change.first);
   EXPECT_EQ(change.id, hash_of(100));
   EXPECT_EQ(tracker_.unresolved(), 0u);
   EXPECT_EQ(tracker_.due_at(), std::nullopt);
}

TEST_F(Tracker, calls_a_block_the_daemon_took_but_does_not_know_refused) {
   ASSERT_EQ(tracker_.add(now_, block_at(100)), Admission::taken);
   (void)next();
   ASSERT_FALSE(tracker_.on_submit(now_, SubmitAnswer{}));
   (void)next();
   EXPECT_EQ(tracker_.on_look(now_, std::optional<HeaderAnswer>{})->fate, BlockFate::refused);
   EXPECT_FALSE(tracker_.parent_taken(hash_of(99)));
}

TEST_F(Tracker, says_whose_the_block_is_and_what_it_was_to_bring) {
   SolvedBlock block = block_at(100);
   block.worker = "rig-1";
   block.reward = 35;
   ASSERT_EQ(tracker_.add(now_, block), Admission::taken);
   (void)next();
   const FateChange change = tracker_.on_submit(now_, Error{"Block not accepted", Fault::rpc, -7}).value();
   EXPECT_EQ(change.worker, "rig-1");
   EXPECT_EQ(change.reward, 35u);
}

TEST_F(Tracker, calls_an_alternative_block_orphaned) {
   ASSERT_EQ(tracker_.add(now_, block_at(100)), Admission::taken);
   (void)next();
   ASSERT_FALSE(tracker_.on_submit(now_, SubmitAnswer{}));
   (void)next();
   EXPECT_EQ(tracker_.on_look(now_, header(100, 0, true))->fate, BlockFate::orphaned);
}

TEST_F(Tracker, looks_again_under_10_and_60_blocks_and_then_forgets) {
   (void)confirm(100);
   tracker_.on_tip(now_, 110); // the chain's top is block 109: nine on top
   EXPECT_EQ(tracker_.due_at(), std::nullopt);
   tracker_.on_tip(now_, 111);
   EXPECT_EQ(next().what, What::look);
   EXPECT_FALSE(tracker_.on_look(now_, header(100, 10, false))) << "nothing changed";
   tracker_.on_tip(now_, 150);
   EXPECT_EQ(tracker_.due_at(), std::nullopt);
   tracker_.on_tip(now_, 161);
   EXPECT_EQ(next().what, What::look);
   EXPECT_FALSE(tracker_.on_look(now_, header(100, 60, false)));
   tracker_.on_tip(now_, 10'000);
   EXPECT_EQ(tracker_.due_at(), std::nullopt);
   EXPECT_FALSE(tracker_.parent_taken(hash_of(99))) << "forgotten";
}

TEST_F(Tracker, notices_a_reorganisation_in_both_directions) {
   (void)confirm(100);
   tracker_.on_tip(now_, 111);
   (void)next();
   const auto lost = tracker_.on_look(now_, header(100, 0, true));
   ASSERT_TRUE(lost);
   EXPECT_EQ(lost->fate, BlockFate::orphaned);
   EXPECT_FALSE(lost->first);
   tracker_.on_tip(now_, 161);
   (void)next();
   EXPECT_EQ(tracker_.on_look(now_, header(100, 60, false))->fate, BlockFate::in_chain);
}

TEST_F(Tracker, repeats_a_submission_whose_answer_was_lost_and_one_to_a_busy_daemon) {
   ASSERT_EQ(tracker_.add(now_, block_at(100)), Admission::taken);
   for (const Error &error : {k_no_answer, Error{"status BUSY", Fault::busy}, Error{"401", Fault::unauthorized},
                              Error{"not JSON", Fault::malformed}, Error{"status Failed", Fault::refused}}) {
      const auto ask = next();
      ASSERT_EQ(ask.what, What::submit);
      EXPECT_EQ(*ask.blob, (Bytes{1, 2, 3}));
      EXPECT_FALSE(tracker_.on_submit(now_, error)) << error.text;
   }
   EXPECT_EQ(tracker_.unresolved(), 1u);
   (void)next();
   ASSERT_FALSE(tracker_.on_submit(now_, SubmitAnswer{}));
   EXPECT_EQ(next().what, What::look);
}

TEST_F(Tracker, gives_up_after_ten_minutes) {
   ASSERT_EQ(tracker_.add(now_, block_at(100)), Admission::taken);
   const TimeMs began = now_;
   std::optional<FateChange> change;
   while (!change) {
      (void)next();
      change = tracker_.on_submit(now_, k_no_answer);
   }
   EXPECT_EQ(change->fate, BlockFate::lost);
   EXPECT_EQ(change->text, "given up after ten minutes: no answer in 60 s");
   EXPECT_LE(now_ - began, k_submit_give_up);
   EXPECT_GE(now_ - began, k_submit_give_up - k_submit_pause_longest);
}

TEST_F(Tracker, refuses_at_once_what_the_daemon_calls_no_valid_block) {
   ASSERT_EQ(tracker_.add(now_, block_at(100)), Admission::taken);
   (void)next();
   const auto change = tracker_.on_submit(now_, Error{"the daemon answered error -7", Fault::rpc, k_rpc_block_refused});
   ASSERT_TRUE(change);
   EXPECT_EQ(change->fate, BlockFate::refused);
   EXPECT_EQ(tracker_.add(now_, {101, 100, hash_of(101), hash_of(99), {}}), Admission::taken)
      << "the parent is free again";
}

TEST_F(Tracker, refuses_a_block_the_daemon_took_under_another_id) {
   ASSERT_EQ(tracker_.add(now_, block_at(100)), Admission::taken);
   (void)next();
   EXPECT_EQ(tracker_.on_submit(now_, SubmitAnswer{hash_of(7)})->fate, BlockFate::refused);
}

TEST_F(Tracker, takes_only_the_first_block_on_a_parent) {
   ASSERT_EQ(tracker_.add(now_, block_at(100)), Admission::taken);
   SolvedBlock rival = block_at(100);
   rival.ticket = 555;
   rival.id = hash_of(555);
   EXPECT_EQ(tracker_.add(now_, rival), Admission::same_parent);
}

TEST_F(Tracker, keeps_at_most_256_and_drops_the_oldest_that_is_judged) {
   (void)confirm(1000);
   for (std::uint64_t i = 1; i < k_blocks_tracked_max; ++i)
      ASSERT_EQ(tracker_.add(now_, block_at(1000 + i)), Admission::taken);
   ASSERT_EQ(tracker_.add(now_, block_at(5000)), Admission::taken);
   EXPECT_FALSE(tracker_.parent_taken(hash_of(999)));
   EXPECT_EQ(tracker_.add(now_, block_at(6000)), Admission::full) << "no other is judged";
   EXPECT_EQ(tracker_.unresolved(), k_blocks_tracked_max);
}

TEST_F(Tracker, hands_over_what_is_judged_and_looked_at_again) {
   (void)confirm(100);
   (void)confirm(105);
   tracker_.on_tip(now_, 111); // ten stand on the first
   BlockTracker successor(4);
   successor.follow(now_, tracker_.followed());
   EXPECT_EQ(successor.unresolved(), 0u);
   EXPECT_TRUE(successor.parent_taken(hash_of(99)) && successor.parent_taken(hash_of(104)));
   const auto ask = successor.due(now_).value();
   EXPECT_EQ(ask.what, What::look);
   EXPECT_EQ(ask.id, hash_of(100));
   const FateChange change = successor.on_look(now_, header(100, 10, true)).value();
   EXPECT_EQ(change.fate, BlockFate::orphaned);
   EXPECT_FALSE(change.first);
   EXPECT_EQ(successor.due_at(), std::nullopt);
   successor.on_tip(now_, 166); // 60 stand on the second
   EXPECT_EQ(successor.due(now_).value().id, hash_of(100));
   EXPECT_TRUE(successor.on_look(now_, header(100, 65, false))) << "it came back";
   EXPECT_EQ(successor.due(now_).value().id, hash_of(105));
   EXPECT_FALSE(successor.on_look(now_, header(105, 60, false))) << "it is where it was";
   EXPECT_TRUE(successor.followed().empty());
}

TEST_F(Tracker, hands_a_submission_over_that_the_daemon_does_not_answer) {
   ASSERT_EQ(tracker_.add(now_, block_at(100)), Admission::taken);
   const TimeMs began = now_;
   (void)next();
   ASSERT_FALSE(tracker_.on_submit(now_, k_no_answer));
   (void)next();
   BlockTracker successor(4);
   successor.follow(now_, tracker_.followed());
   EXPECT_EQ(successor.unresolved(), 1u);
   EXPECT_TRUE(successor.parent_taken(hash_of(99)));
   const auto ask = successor.due(now_).value();
   EXPECT_EQ(ask.what, What::submit);
   EXPECT_EQ(*ask.blob, (Bytes{1, 2, 3}));
   const auto change = successor.on_submit(began + k_submit_give_up, k_no_answer);
   ASSERT_TRUE(change) << "its ten minutes began in the other process";
   EXPECT_EQ(change->fate, BlockFate::lost);
   EXPECT_TRUE(change->first);
}

TEST_F(Tracker, hands_over_that_a_submission_is_to_be_looked_up) {
   ASSERT_EQ(tracker_.add(now_, block_at(100)), Admission::taken);
   (void)next();
   ASSERT_FALSE(tracker_.on_submit(now_, SubmitAnswer{}));
   BlockTracker successor(4);
   successor.follow(now_, tracker_.followed());
   EXPECT_EQ(successor.due(now_).value().what, What::look);
   const FateChange change = successor.on_look(now_, header(100, 0, false)).value();
   EXPECT_EQ(change.fate, BlockFate::in_chain);
   EXPECT_TRUE(change.first);
}

TEST_F(Tracker, hands_a_look_over_that_is_under_way) {
   (void)confirm(100);
   tracker_.on_tip(now_, 161);
   (void)next();
   BlockTracker successor(4);
   successor.follow(now_, tracker_.followed());
   EXPECT_EQ(successor.due(now_).value().id, hash_of(100));
   EXPECT_FALSE(successor.on_look(now_, header(100, 60, false)));
   EXPECT_TRUE(successor.followed().empty());
}

} // namespace nebula::monero
