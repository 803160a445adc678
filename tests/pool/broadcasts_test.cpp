#include "tools/broadcasts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <random>

/// Which broadcast a job is counted to: a pool that gives work, and a reader that is behind.

namespace nebula::pool {
namespace {

constexpr std::uint64_t k_us = 1'000, k_ms = 1'000'000, k_s = 1'000'000'000;

struct Scene {
   bool exact = false;     ///< jobs say which template they are of, not only which height
   bool lag = false;       ///< the reader pauses now and then
   bool skip = false;      ///< new work comes before all have the last one
   bool pushes = false;    ///< single miners get a job of their own
   bool churn = false;     ///< miners break off and come back
   bool retargets = false; ///< again and again single miners get a job of another difficulty
};

/// A pool that gives the newest template to one miner after the other, sockets, and a reader in rounds as Load has
/// them.
class Simulation {
public:
   Simulation(const Scene &scene, std::uint64_t seed)
      : scene_(scene), random_(seed), miners_(9 + random_() % 40), sockets_(miners_), given_(miners_),
        read_ns_(miners_), there_(miners_, true), heard_(miners_), broadcasts_(miners_) {}

   Broadcasts::Summary run() {
      for (std::uint32_t miner = 0; miner < miners_; ++miner)
         joined(miner);
      broadcasts_.count(true);
      std::uint64_t next_template = 2 * k_s, next_send = 0, next_round = 2, next_push = 2'500 * k_ms,
                    next_churn = 3 * k_s, next_retarget = 3 * k_s;
      std::uint32_t walk = static_cast<std::uint32_t>(miners_);
      // The last one reaches everyone, whatever was read in which order before.
      const std::uint64_t quiet = 19 * k_s, templates_end = 22 * k_s, end = 25 * k_s;
      while (now_ < end) {
         now_ = std::min(
            {next_template, walk < miners_ ? next_send : end, next_round, next_push, next_retarget, next_churn, end});
         if (now_ == next_template) {
            template_ += 1;
            height_ += random_() % 4 == 0;
            heights_[template_] = height_;
            walk = 0;
            next_send = now_;
            // Some sends take 20 ms: with `skip` a new template comes meanwhile.
            const bool at_once = scene_.skip && next_template < quiet && random_() % 3 == 0;
            next_template += at_once ? 3 * k_ms : k_s;
            if (next_template >= templates_end)
               next_template = end;
         } else if (walk < miners_ && now_ == next_send) {
            if (there_[walk] && given_[walk] != template_)
               give(walk);
            walk += 1;
            next_send += 500 * k_us;
         } else if (now_ == next_push) {
            if (scene_.pushes)
               give(static_cast<std::uint32_t>(random_() % miners_));
            next_push += k_s; // half a second after broadcasts
         } else if (now_ == next_retarget) {
            if (scene_.retargets)
               give(static_cast<std::uint32_t>(random_() % miners_), true);
            next_retarget += 20 * k_ms + random_() % k_ms;
         } else if (now_ == next_churn) {
            if (scene_.churn)
               churn();
            next_churn += 503 * k_ms;
         } else if (now_ == next_round) {
            next_round = round();
         }
      }
      return broadcasts_.summary(now_);
   }

   /// From the first miner that read of a template to the last that read of it or a newer one.
   [[nodiscard]] std::uint64_t longest() const {
      std::uint64_t longest = 0;
      for (const auto &[number, first] : first_read_) {
         std::uint64_t last = 0;
         for (const auto &jobs : heard_) {
            const auto found =
               std::ranges::find_if(jobs, [&, wanted = number](const auto &one) { return one.first >= wanted; });
            last = std::max(last, found == jobs.end() ? 0 : found->second);
         }
         longest = std::max(longest, last - first);
      }
      return longest;
   }
   [[nodiscard]] std::size_t given() const { return first_read_.size(); }
   [[nodiscard]] std::size_t miners() const { return miners_; }

private:
   static constexpr std::size_t k_events = 8; // of a round

   [[nodiscard]] WorkMark mark(std::uint64_t number) const {
      return scene_.exact ? WorkMark{1'000 + number, true} : WorkMark{heights_.at(number), false};
   }
   void joined(std::uint32_t miner) {
      there_[miner] = true;
      given_[miner] = template_;
      sockets_[miner].clear();
      broadcasts_.joined(miner, mark(template_), now_);
      read_ns_[miner] = now_;
   }
   void give(std::uint32_t miner, bool retargeted = false) {
      if (!there_[miner])
         return;
      given_[miner] = template_;
      if (sockets_[miner].empty())
         readable_.push_back(miner);
      sockets_[miner].emplace_back(template_, retargeted);
   }
   void churn() {
      const auto miner = static_cast<std::uint32_t>(random_() % miners_);
      std::erase(readable_, miner);
      broadcasts_.left(miner);
      joined(miner);
   }

   /// When the next one is.
   std::uint64_t round() {
      const std::uint64_t looked = now_;
      std::size_t count = 0;
      for (; count < k_events && !readable_.empty(); ++count) {
         const std::uint32_t miner = readable_.front();
         readable_.pop_front();
         const std::uint64_t at = now_;
         for (const auto &[number, retargeted] : sockets_[miner]) {
            broadcasts_.job(miner, mark(number), retargeted, std::max(drained_, read_ns_[miner]), at);
            if (heard_[miner].empty() || heard_[miner].back().first != number) {
               heard_[miner].emplace_back(number, at);
               first_read_.emplace(number, at);
            }
         }
         sockets_[miner].clear();
         read_ns_[miner] = at;
      }
      if (count < k_events)
         drained_ = looked;
      const bool pauses = scene_.lag && random_() % 200 == 0;
      return now_ + (pauses ? random_() % (1'700 * k_ms) : 150 * k_us) + 1;
   }

   const Scene scene_;
   std::mt19937_64 random_;
   const std::size_t miners_;
   std::vector<std::vector<std::pair<std::uint64_t, bool>>>
      sockets_; ///< templates of jobs that nobody read; retargeted
   std::deque<std::uint32_t> readable_;
   std::vector<std::uint64_t> given_; ///< the newest, by miner
   std::vector<std::uint64_t> read_ns_;
   std::vector<bool> there_;
   std::vector<std::vector<std::pair<std::uint64_t, std::uint64_t>>> heard_; ///< template and time, by miner
   std::map<std::uint64_t, std::uint64_t> first_read_;
   std::map<std::uint64_t, std::uint64_t> heights_{{0, 7}};
   std::uint64_t now_ = 1, template_ = 0, height_ = 7, drained_ = 0;
   Broadcasts broadcasts_;
};

void expect_exact(const Scene &scene) {
   for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      SCOPED_TRACE(testing::Message() << "seed " << seed);
      Simulation simulation(scene, seed);
      const Broadcasts::Summary summary = simulation.run();
      EXPECT_EQ(summary.all, simulation.given());
      EXPECT_EQ(summary.incomplete, 0u);
      EXPECT_EQ(summary.took.count(), summary.all);
      EXPECT_EQ(summary.took.max(), simulation.longest());
      if (!scene.pushes) {
         EXPECT_EQ(summary.each.count(), summary.all * simulation.miners());
      }
      EXPECT_EQ(summary.overtaken > 0, scene.skip);
   }
}

} // namespace

TEST(Broadcasts, a_reader_that_is_behind_counts_every_job_to_its_own_broadcast) {
   expect_exact({.exact = false, .lag = true});
   expect_exact({.exact = true, .lag = true});
}

TEST(Broadcasts, whoever_gets_newer_work_instead_has_been_reached) {
   expect_exact({.exact = false, .skip = true});
   expect_exact({.exact = true, .skip = true});
}

TEST(Broadcasts, a_job_of_one_miner_alone_is_none) {
   expect_exact({.exact = false, .pushes = true});
   expect_exact({.exact = true, .lag = true, .pushes = true});
}

TEST(Broadcasts, work_that_is_skipped_and_read_late_is_counted_once_where_jobs_say_whose_they_are) {
   for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      SCOPED_TRACE(testing::Message() << "seed " << seed);
      Simulation simulation({.exact = true, .lag = true, .skip = true, .pushes = true}, seed);
      const Broadcasts::Summary summary = simulation.run();
      EXPECT_EQ(summary.all, simulation.given());
      EXPECT_EQ(summary.incomplete, 0u);
   }
}

TEST(Broadcasts, miners_that_come_and_go_are_waited_for_only_where_they_are_to_get_it) {
   for (const bool exact : {false, true})
      for (std::uint64_t seed = 1; seed <= 40; ++seed) {
         SCOPED_TRACE(testing::Message() << "exact " << exact << ", seed " << seed);
         Simulation simulation({.exact = exact, .churn = true}, seed);
         const Broadcasts::Summary summary = simulation.run();
         EXPECT_EQ(summary.all, simulation.given());
         EXPECT_EQ(summary.incomplete, 0u);
         EXPECT_LE(summary.took.max(), 40 * k_ms);
      }
}

TEST(Broadcasts, jobs_of_other_difficulties_begin_none_however_many_there_are) {
   for (const bool exact : {false, true})
      for (std::uint64_t seed = 1; seed <= 40; ++seed) {
         SCOPED_TRACE(testing::Message() << "exact " << exact << ", seed " << seed);
         Simulation simulation({.exact = exact, .retargets = true}, seed);
         const Broadcasts::Summary summary = simulation.run();
         EXPECT_EQ(summary.all, simulation.given());
         EXPECT_EQ(summary.incomplete, 0u);
         EXPECT_LE(summary.took.max(), 40 * k_ms);
      }
}

TEST(Broadcasts, a_share_is_answered_during_one_from_its_first_job_to_its_last) {
   Broadcasts broadcasts(2);
   broadcasts.joined(0, {1, false}, 1);
   broadcasts.joined(1, {1, false}, 1);
   EXPECT_FALSE(broadcasts.under_way(2 * k_s, 3 * k_s));
   broadcasts.job(0, {1, false}, false, 3 * k_s, 3 * k_s);
   EXPECT_TRUE(broadcasts.unfinished(3 * k_s));
   EXPECT_TRUE(broadcasts.under_way(2 * k_s, 3 * k_s));
   EXPECT_FALSE(broadcasts.under_way(2 * k_s, 3 * k_s - 6 * k_ms));
   broadcasts.job(1, {1, false}, false, 3 * k_s, 3 * k_s + 10 * k_ms);
   EXPECT_FALSE(broadcasts.unfinished(3 * k_s + 10 * k_ms));
   EXPECT_TRUE(broadcasts.under_way(3 * k_s + 9 * k_ms, 4 * k_s));
   EXPECT_FALSE(broadcasts.under_way(3 * k_s + 11 * k_ms, 4 * k_s));
}

} // namespace nebula::pool
