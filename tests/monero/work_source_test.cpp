#include "driven_source.h"

#include <gtest/gtest.h>

namespace nebula::monero::test {

namespace {

class Source : public testing::Test, protected DrivenSource {};

} // namespace

TEST_F(Source, gives_work_for_randomx_only) {
   neb_str name{};
   EXPECT_EQ(table_->algorithms(table_, &name, 1), 1u);
   EXPECT_EQ(std::string(name.ptr, name.len), "randomx");
   neb_watch *watch = nullptr;
   EXPECT_EQ(follow("yescrypt", &watch), NEB_E_NOT_FOUND);
}

TEST_F(Source, tells_a_watcher_the_current_template_at_once_and_each_change_until_unwatched) {
   ASSERT_TRUE(source_.offer(work_of(template_vector(0))));
   neb_watch *watch = nullptr;
   ASSERT_EQ(follow("randomx", &watch), NEB_OK);
   ASSERT_EQ(templates_.size(), 1u);
   ASSERT_TRUE(source_.offer(work_of(vector_)));
   ASSERT_EQ(templates_.size(), 2u);
   EXPECT_EQ(templates_[1].height, number(vector_, "height"));
   EXPECT_EQ(templates_[1].flags, static_cast<std::uint32_t>(NEB_WORK_CLEAN));
   EXPECT_EQ(templates_[1].extranonce_size, 8u);
   EXPECT_EQ(templates_[1].key, hash(vector_, "seed_hash"));
   EXPECT_EQ(templates_[1].target, target_from_difficulty({0, 25}));
   EXPECT_EQ(templates_[1].next_key_size, 0u);
   table_->unwatch(table_, watch);
   ASSERT_TRUE(source_.offer(work_of(template_vector(2))));
   EXPECT_EQ(templates_.size(), 2u);
}

TEST_F(Source, announces_the_next_seed_ahead) {
   TemplateAnswer answer = answer_of(vector_);
   answer.next_seed_hash = Hash{9};
   ASSERT_TRUE(source_.offer(*BlockWork::make(answer, 16, 16)));
   neb_watch *watch = nullptr;
   ASSERT_EQ(follow("randomx", &watch), NEB_OK);
   EXPECT_EQ(templates_[0].next_key_size, 32u);
}

TEST_F(Source, derives_the_blob_of_extranonce_and_random_bytes) {
   ASSERT_TRUE(source_.offer(work_of(vector_)));
   neb_work_job job{};
   job.size = sizeof job;
   ASSERT_EQ(table_->derive(table_, 1, {reserved_.data(), 8}, &job), NEB_OK);
   EXPECT_EQ(Bytes(job.input, job.input + job.input_size), bytes(vector_, "expected_hashing_blob_nonce0"));
   EXPECT_EQ(job.nonce_offset, 39u);
   EXPECT_EQ(job.nonce_bytes, 4u);
   EXPECT_EQ(job.nonce_first, 0u);
   EXPECT_EQ(job.nonce_last, 0xffffffffu);
   EXPECT_EQ(table_->derive(table_, 2, {reserved_.data(), 8}, &job), NEB_E_GONE);
   EXPECT_EQ(table_->derive(table_, 1, {reserved_.data(), 7}, &job), NEB_E_INVALID);
}

TEST_F(Source, hands_the_vectors_solution_in_as_the_block_the_daemon_accepted) {
   ASSERT_TRUE(source_.offer(work_of(vector_)));
   ASSERT_EQ(submit(solution()), NEB_OK);
   EXPECT_TRUE(hashed_.empty()) << "never on the caller's thread";
   run_tasks();
   EXPECT_EQ(hashed_, bytes(vector_, "hashing_blob_solved"));
   ASSERT_EQ(handed_in_.size(), 1u);
   EXPECT_EQ(handed_in_[0].blob, bytes(vector_, "block_blob"));
   EXPECT_EQ(handed_in_[0].id, hash(vector_, "block_id"));
   EXPECT_TRUE(outcomes_.empty()) << "it is a block when the daemon confirms it";
   source_.on_fate({handed_in_[0].ticket, handed_in_[0].height, handed_in_[0].id, BlockFate::in_chain, 0, true, ""});
   ASSERT_EQ(outcomes_.size(), 1u);
   EXPECT_EQ(outcomes_[0].outcome, NEB_WORK_BLOCK);
   EXPECT_EQ(outcomes_[0].block_id, text(vector_, "block_id"));
   EXPECT_EQ(outcomes_[0].height, number(vector_, "height"));
   source_.on_fate({handed_in_[0].ticket, 0, {}, BlockFate::orphaned, 10, false, ""});
   EXPECT_EQ(outcomes_.size(), 1u) << "once";
}

TEST_F(Source, says_what_the_daemon_made_of_a_block) {
   const std::vector<std::pair<BlockFate, std::int32_t>> fates = {
      {BlockFate::refused, NEB_WORK_INVALID}, {BlockFate::lost, NEB_WORK_LOST}, {BlockFate::orphaned, NEB_WORK_STALE}};
   ASSERT_TRUE(source_.offer(work_of(vector_)));
   Bytes extranonce(8);
   for (const auto &[fate, outcome] : fates) {
      neb_work_solution each = solution();
      each.extranonce = {extranonce.data(), 8};
      ++extranonce[0];
      ASSERT_EQ(submit(each), NEB_OK);
      run_tasks();
      source_.on_fate({handed_in_.back().ticket, 0, {}, fate, 0, true, "why"});
      EXPECT_EQ(outcomes_.back().outcome, outcome);
      EXPECT_EQ(outcomes_.back().text, "why");
      EXPECT_EQ(outcomes_.back().block_id, "");
   }
}

TEST_F(Source, refuses_without_hashing_what_is_stale_repeated_malformed_or_too_easy_by_its_own_word) {
   ASSERT_TRUE(source_.offer(work_of(vector_)));
   neb_work_solution unknown = solution();
   unknown.template_id = 99;
   ASSERT_EQ(submit(unknown), NEB_OK);
   EXPECT_EQ(outcomes_.back().outcome, NEB_WORK_STALE);

   neb_work_solution wide = solution();
   wide.nonce = 0x1'0000'0000;
   ASSERT_EQ(submit(wide), NEB_OK);
   EXPECT_EQ(outcomes_.back().outcome, NEB_WORK_INVALID);

   const Hash failing = hash(vector_, "failing_randomx_hash");
   neb_work_solution easy = solution();
   easy.digest = {failing.data(), 32};
   ASSERT_EQ(submit(easy), NEB_OK);
   EXPECT_EQ(outcomes_.back().outcome, NEB_WORK_LOW);

   ASSERT_EQ(submit(solution()), NEB_OK);
   ASSERT_EQ(submit(solution()), NEB_OK);
   EXPECT_EQ(outcomes_.back().outcome, NEB_WORK_DUPLICATE);

   ASSERT_TRUE(source_.offer(work_of(template_vector(2))));
   ASSERT_EQ(submit(solution()), NEB_OK);
   EXPECT_EQ(outcomes_.back().outcome, NEB_WORK_STALE);
   EXPECT_EQ(tasks_.size(), 1u);
}

TEST_F(Source, never_trusts_a_digest) {
   ASSERT_TRUE(source_.offer(work_of(vector_)));
   hash_ = Hash{1};
   ASSERT_EQ(submit(solution()), NEB_OK);
   run_tasks();
   EXPECT_EQ(outcomes_.back().outcome, NEB_WORK_INVALID);
   EXPECT_TRUE(handed_in_.empty());

   hash_ = hash(vector_, "failing_randomx_hash");
   neb_work_solution silent = solution();
   silent.digest = {nullptr, 0};
   silent.nonce += 1;
   ASSERT_EQ(submit(silent), NEB_OK);
   run_tasks();
   EXPECT_EQ(outcomes_.back().outcome, NEB_WORK_LOW);
   EXPECT_TRUE(handed_in_.empty());
}

TEST_F(Source, answers_lost_when_nothing_computes_randomx_or_no_worker_is_free) {
   ASSERT_TRUE(source_.offer(work_of(vector_)));
   hash_ = monero::Error{"no plugin computes randomx at the moment", Fault::refused};
   ASSERT_EQ(submit(solution()), NEB_OK);
   run_tasks();
   EXPECT_EQ(outcomes_.back().outcome, NEB_WORK_LOST);
   EXPECT_EQ(outcomes_.back().text, "no plugin computes randomx at the moment");
   takes_tasks_ = false;
   neb_work_solution other = solution();
   other.nonce += 1;
   ASSERT_EQ(submit(other), NEB_OK);
   EXPECT_EQ(outcomes_.back().outcome, NEB_WORK_LOST);
}

TEST_F(Source, calls_a_second_block_on_one_parent_stale) {
   ASSERT_TRUE(source_.offer(work_of(vector_)));
   admission_ = BlockTracker::Admission::same_parent;
   ASSERT_EQ(submit(solution()), NEB_OK);
   run_tasks();
   EXPECT_EQ(outcomes_.back().outcome, NEB_WORK_STALE);
}

TEST_F(Source, does_not_even_hash_a_rival_of_a_block_it_handed_in_unless_that_one_was_refused) {
   ASSERT_TRUE(source_.offer(work_of(vector_)));
   ASSERT_EQ(submit(solution()), NEB_OK);
   run_tasks();
   ASSERT_EQ(handed_in_.size(), 1u);
   neb_work_solution rival = solution();
   rival.nonce += 1;
   ASSERT_EQ(submit(rival), NEB_OK);
   EXPECT_TRUE(tasks_.empty());
   EXPECT_EQ(outcomes_.back().outcome, NEB_WORK_STALE);
   source_.on_fate({handed_in_[0].ticket, 0, {}, BlockFate::refused, 0, true, ""});
   ASSERT_EQ(submit(rival), NEB_OK);
   EXPECT_EQ(tasks_.size(), 1u);
}

TEST_F(Source, lets_1024_solutions_wait_and_no_more) {
   ASSERT_TRUE(source_.offer(work_of(vector_)));
   for (std::uint64_t i = 0; i < k_solutions_waiting_max; ++i) {
      neb_work_solution each = solution();
      each.nonce = i;
      ASSERT_EQ(submit(each), NEB_OK);
   }
   EXPECT_EQ(submit(solution()), NEB_E_FULL);
   EXPECT_EQ(source_.waiting(), k_solutions_waiting_max);
   source_.close();
   EXPECT_EQ(submit(solution()), NEB_E_STATE);
   source_.abandon();
   EXPECT_EQ(outcomes_.size(), k_solutions_waiting_max);
   EXPECT_EQ(outcomes_[0].outcome, NEB_WORK_LOST);
   run_tasks();
   EXPECT_EQ(outcomes_.size(), k_solutions_waiting_max) << "each was answered once";
   EXPECT_TRUE(handed_in_.empty()) << "nothing is handed in after the node stopped";
}

TEST(Settings, leave_eight_random_bytes_behind_the_extranonce) {
   Settings settings;
   EXPECT_EQ(settings.extranonce_size(), 8u);
   settings.reserve_size = 12;
   EXPECT_EQ(settings.extranonce_size(), 4u);
   settings.reserve_size = 127;
   EXPECT_EQ(settings.extranonce_size(), 32u);
}

} // namespace nebula::monero::test
