// A work source and a tracker that go on where those of another process were.

#include "driven_source.h"

#include <gtest/gtest.h>

namespace nebula::monero::test {

namespace {

HandoverRecord handed_over(const DrivenSource &source) {
   HandoverRecord out;
   source.source_.save(out);
   return decode_handover(encode_handover(out));
}

/// What a watcher that comes now is told.
DrivenSource::Template told(DrivenSource &source) {
   neb_watch *watch = nullptr;
   EXPECT_EQ(source.follow("randomx", &watch), NEB_OK);
   if (source.templates_.empty())
      return {};
   return source.templates_.back();
}

Bytes input_of(const DrivenSource &source, std::uint64_t template_id, const Bytes &extranonce) {
   neb_work_job job{};
   job.size = sizeof job;
   if (source.table_->derive(source.table_, template_id, {extranonce.data(), extranonce.size()}, &job) != NEB_OK)
      return {};
   return {job.input, job.input + job.input_size};
}

class Succession : public testing::Test {
protected:
   Succession() { EXPECT_TRUE(old_.source_.offer(work_of(old_.vector_))); }

   DrivenSource old_;
   const Bytes extranonce_{1, 2, 3, 4, 5, 6, 7, 8};
};

} // namespace

TEST_F(Succession, gives_the_same_input_for_the_same_job) {
   const Bytes before = input_of(old_, 1, extranonce_);
   ASSERT_FALSE(before.empty());
   DrivenSource successor(Settings{}, handed_over(old_));
   EXPECT_TRUE(successor.goes_on_);
   EXPECT_EQ(input_of(successor, 1, extranonce_), before);
}

TEST_F(Succession, tells_no_watcher_that_its_work_is_worthless_until_it_is) {
   DrivenSource successor(Settings{}, handed_over(old_));
   const auto now = told(successor);
   EXPECT_EQ(now.id, 1u);
   EXPECT_EQ(now.flags, 0u);
   // The daemon's first answer to the new process: the same template, and again a while later.
   EXPECT_FALSE(successor.source_.offer(work_again(old_.vector_, 59)));
   EXPECT_EQ(successor.templates_.size(), 1u);
   ASSERT_TRUE(successor.source_.offer(work_again(old_.vector_, 60)));
   EXPECT_EQ(successor.templates_.back().id, 2u);
   EXPECT_EQ(successor.templates_.back().flags, 0u);
   ASSERT_TRUE(successor.source_.offer(work_again(old_.vector_, 61, Hash{1})));
   EXPECT_EQ(successor.templates_.back().id, 3u);
   EXPECT_EQ(successor.templates_.back().flags, static_cast<std::uint32_t>(NEB_WORK_CLEAN));
}

TEST_F(Succession, says_clean_when_the_tip_changed_meanwhile) {
   DrivenSource successor(Settings{}, handed_over(old_));
   EXPECT_EQ(told(successor).flags, 0u);
   ASSERT_TRUE(successor.source_.offer(work_again(old_.vector_, 1, Hash{1})));
   EXPECT_EQ(successor.templates_.back().flags, static_cast<std::uint32_t>(NEB_WORK_CLEAN));
   ASSERT_EQ(successor.submit(successor.solution()), NEB_OK);
   EXPECT_EQ(successor.outcomes_.back().outcome, NEB_WORK_STALE);
}

TEST_F(Succession, hands_a_solution_of_an_old_job_in_as_the_block_the_daemon_accepted) {
   DrivenSource successor(Settings{}, handed_over(old_));
   ASSERT_EQ(successor.submit(successor.solution()), NEB_OK);
   successor.run_tasks();
   EXPECT_EQ(successor.hashed_, bytes(old_.vector_, "hashing_blob_solved"));
   ASSERT_EQ(successor.handed_in_.size(), 1u);
   EXPECT_EQ(successor.handed_in_[0].blob, bytes(old_.vector_, "block_blob"));
   EXPECT_EQ(successor.handed_in_[0].id, hash(old_.vector_, "block_id"));
}

TEST_F(Succession, knows_what_was_handed_in_before_and_reuses_no_ticket) {
   ASSERT_EQ(old_.submit(old_.solution()), NEB_OK);
   old_.run_tasks();
   ASSERT_EQ(old_.handed_in_.size(), 1u);
   old_.source_.on_fate({old_.handed_in_[0].ticket, 0, {}, BlockFate::refused, 0, true});
   DrivenSource successor(Settings{}, handed_over(old_));
   ASSERT_EQ(successor.submit(successor.solution()), NEB_OK);
   EXPECT_EQ(successor.outcomes_.back().outcome, NEB_WORK_DUPLICATE);
   neb_work_solution other = successor.solution();
   other.extranonce = {extranonce_.data(), extranonce_.size()};
   ASSERT_EQ(successor.submit(other), NEB_OK);
   successor.run_tasks();
   ASSERT_EQ(successor.handed_in_.size(), 1u);
   EXPECT_GT(successor.handed_in_[0].ticket, old_.handed_in_[0].ticket);
}

TEST_F(Succession, hands_in_no_rival_of_a_block_that_was_handed_in_before) {
   ASSERT_EQ(old_.submit(old_.solution()), NEB_OK);
   old_.run_tasks();
   ASSERT_EQ(old_.handed_in_.size(), 1u);
   DrivenSource successor(Settings{}, handed_over(old_));
   neb_work_solution rival = successor.solution();
   rival.nonce += 1;
   ASSERT_EQ(successor.submit(rival), NEB_OK);
   EXPECT_TRUE(successor.tasks_.empty());
   EXPECT_EQ(successor.outcomes_.back().outcome, NEB_WORK_STALE);
}

TEST_F(Succession, can_be_handed_on_again) {
   const Bytes before = input_of(old_, 1, extranonce_);
   DrivenSource second(Settings{}, handed_over(old_));
   DrivenSource third(Settings{}, handed_over(second));
   EXPECT_EQ(input_of(third, 1, extranonce_), before);
   EXPECT_EQ(told(third).flags, 0u);
}

TEST_F(Succession, begins_anew_under_new_ids_when_other_reserved_bytes_or_versions_are_configured) {
   Settings more;
   more.reserve_size = 17;
   Settings older;
   older.max_major_version = work_of(old_.vector_)->layout().major_version - 1;
   for (const Settings &settings : {more, older}) {
      DrivenSource successor(settings, handed_over(old_));
      EXPECT_FALSE(successor.goes_on_);
      EXPECT_FALSE(successor.source_.current());
      EXPECT_TRUE(input_of(successor, 1, Bytes(settings.extranonce_size())).empty());
      ASSERT_TRUE(successor.source_.offer(work_of(template_vector(2))));
      const auto first = told(successor);
      EXPECT_EQ(first.id, 2u);
      EXPECT_EQ(first.flags, static_cast<std::uint32_t>(NEB_WORK_CLEAN));
   }
}

TEST(SuccessionWithoutWork, tells_its_first_template_as_any_first_one) {
   DrivenSource old;
   DrivenSource successor(Settings{}, handed_over(old));
   EXPECT_TRUE(successor.goes_on_);
   ASSERT_TRUE(successor.source_.offer(work_of(successor.vector_)));
   EXPECT_EQ(told(successor).flags, static_cast<std::uint32_t>(NEB_WORK_CLEAN));
}

} // namespace nebula::monero::test
