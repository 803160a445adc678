#include <gtest/gtest.h>

#include "core/book.h"

#include "common/share_target.h"

#include <nebula/svc/work-source.h>

#include <map>
#include <set>

namespace nebula::upstream {
namespace {

constexpr std::uint64_t k_second = 1'000'000'000;

Job cosmic_job(std::uint8_t input, const char *id, std::uint64_t height = 1, std::uint64_t difficulty = 1000) {
   Job job;
   job.id = id;
   job.input = Bytes(32, input);
   job.height = height;
   job.target = common::target_of(difficulty);
   return job;
}

struct Desk {
   explicit Desk(Split split = Split::nonces) : book({Dialect::cosmic, split, 30 * k_second}, 1) {}
   Input derive(std::uint64_t id, std::uint32_t name, Derived expected = Derived::good) {
      const Bytes extranonce = named(name);
      Input out;
      EXPECT_EQ(book.derive(id, extranonce, now, out), expected) << name;
      return out;
   }
   std::int32_t admit(std::uint64_t id, std::uint32_t name, std::uint64_t nonce) {
      const Bytes extranonce = named(name);
      const auto got = book.admit({id, nonce, extranonce, 0, 0});
      return std::holds_alternative<Admitted>(got) ? -1 : std::get<Judgement>(got).outcome;
   }
   static Bytes named(std::uint32_t name) {
      return {static_cast<std::uint8_t>(name >> 24), static_cast<std::uint8_t>(name >> 16),
              static_cast<std::uint8_t>(name >> 8), static_cast<std::uint8_t>(name)};
   }
   Book book;
   std::uint64_t now = 100 * k_second;
};

} // namespace

TEST(UpstreamBook, every_name_gets_nonces_of_its_own_and_keeps_them) {
   Desk desk;
   desk.book.job(1, cosmic_job(1, "a"), desk.now);
   const auto offer = desk.book.due(1, desk.now);
   ASSERT_TRUE(offer);
   EXPECT_TRUE(offer->clean);
   EXPECT_FALSE(desk.book.due(1, desk.now)) << "it was told";
   const Input first = desk.derive(offer->id, 7), second = desk.derive(offer->id, 8);
   EXPECT_NE(first.nonce_first, second.nonce_first);
   EXPECT_EQ(desk.derive(offer->id, 7).nonce_first, first.nonce_first);
   for (std::uint32_t name = 1000; name < 1254; ++name)
      desk.derive(offer->id, name);
   desk.derive(offer->id, 9999, Derived::full);
   EXPECT_EQ(desk.book.connections_wanted(), 1u);
}

TEST(UpstreamBook, sinks_find_their_slice_of_the_next_work_whoever_asks_first) {
   Desk desk;
   desk.book.job(1, cosmic_job(1, "a"), desk.now);
   const auto first = desk.book.due(1, desk.now);
   std::map<std::uint32_t, std::uint64_t> had;
   for (std::uint32_t name = 0; name < 200; ++name)
      had[name] = desk.derive(first->id, name).nonce_first;
   desk.now += k_second;
   Job next = cosmic_job(2, "b", 2);
   next.clean = true;
   desk.book.job(1, next, desk.now);
   const auto second = desk.book.due(1, desk.now);
   ASSERT_TRUE(second);
   // Newcomers first, then the others from the last to the first; those below 40 are gone.
   std::set<std::uint64_t> seen;
   for (std::uint32_t name = 1000; name < 1056; ++name)
      EXPECT_TRUE(seen.insert(desk.derive(second->id, name).nonce_first).second);
   for (std::uint32_t name = 199; name >= 40; --name) {
      const std::uint64_t now = desk.derive(second->id, name).nonce_first;
      EXPECT_EQ(now, had[name]) << name;
      EXPECT_TRUE(seen.insert(now).second);
   }
   // Then what is left is theirs who ask, as far as it goes.
   for (std::uint32_t name = 2000; name < 2040; ++name)
      EXPECT_TRUE(seen.insert(desk.derive(second->id, name).nonce_first).second) << name;
   desk.derive(second->id, 0, Derived::full);
}

TEST(UpstreamBook, the_same_input_under_another_name_and_target_is_the_same_template) {
   Desk desk;
   desk.book.job(1, cosmic_job(1, "a", 1, 1000), desk.now);
   const auto offer = desk.book.due(1, desk.now);
   desk.derive(offer->id, 1);
   desk.book.job(1, cosmic_job(1, "b", 1, 4000), desk.now);
   EXPECT_FALSE(desk.book.due(1, desk.now)) << "sinks hear of a flood twenty times a second";
   desk.now += k_second;
   const auto again = desk.book.due(1, desk.now);
   ASSERT_TRUE(again);
   EXPECT_EQ(again->id, offer->id);
   EXPECT_FALSE(again->clean);
   EXPECT_EQ(again->submit_target, common::target_of(4000));
   const Bytes name = Desk::named(1);
   const auto admitted = desk.book.admit({offer->id, 5, name, 0, 0});
   const auto &work = *std::get<Admitted>(admitted).work;
   EXPECT_EQ(*Book::job_for(work, common::target_of(4000)), "b");
   EXPECT_EQ(*Book::job_for(work, common::target_of(1000)), "a") << "under the older job it still is a share";
   EXPECT_EQ(Book::job_for(work, common::target_of(999)), nullptr);
}

TEST(UpstreamBook, what_is_handed_in_must_be_of_the_sinks_nonces_and_new) {
   Desk desk;
   desk.book.job(1, cosmic_job(1, "a"), desk.now);
   const auto id = desk.book.due(1, desk.now)->id;
   const Input mine = desk.derive(id, 1);
   const Input other = desk.derive(id, 2);
   EXPECT_EQ(desk.admit(id, 1, mine.nonce_last), -1);
   EXPECT_EQ(desk.admit(id, 1, mine.nonce_last), NEB_WORK_DUPLICATE);
   EXPECT_EQ(desk.admit(id, 1, other.nonce_first), NEB_WORK_INVALID);
   EXPECT_EQ(desk.admit(id, 3, 5), NEB_WORK_INVALID) << "nothing was derived for it";
   EXPECT_EQ(desk.admit(id + 1, 1, 5), NEB_WORK_STALE);
   desk.book.job(1, cosmic_job(2, "b", 2), desk.now);
   EXPECT_EQ(desk.admit(id, 1, mine.nonce_first), NEB_WORK_STALE);
}

TEST(UpstreamBook, connections_that_bring_a_new_block_together_make_one_template) {
   Desk desk;
   desk.book.job(1, cosmic_job(1, "a"), desk.now);
   (void)desk.book.due(1, desk.now);
   desk.book.job(2, cosmic_job(2, "x"), desk.now);
   EXPECT_FALSE(desk.book.due(2, desk.now + k_second)) << "it joined what there is";
   desk.now += 10 * k_second;
   desk.book.job(1, cosmic_job(3, "b", 2), desk.now);
   EXPECT_FALSE(desk.book.due(2, desk.now + 1'000'000)) << "the other one has a moment";
   desk.book.job(2, cosmic_job(4, "y", 2), desk.now + 2'000'000);
   const auto both = desk.book.due(2, desk.now + 2'000'000);
   ASSERT_TRUE(both);
   EXPECT_TRUE(both->clean);
   for (std::uint32_t name = 0; name < 512; ++name)
      desk.derive(both->id, name);
   desk.derive(both->id, 512, Derived::full);
   desk.now += 10 * k_second;
   // One that is late is not waited for, and joins.
   desk.book.job(1, cosmic_job(5, "c", 3), desk.now);
   const auto one = desk.book.due(2, desk.now + 50'000'000);
   ASSERT_TRUE(one);
   for (std::uint32_t name = 0; name < 256; ++name)
      desk.derive(one->id, name);
   desk.derive(one->id, 600, Derived::full);
   desk.book.job(2, cosmic_job(6, "z", 3), desk.now + 60'000'000);
   EXPECT_FALSE(desk.book.due(2, desk.now + 60'000'000));
   desk.derive(one->id, 600);
}

TEST(UpstreamBook, a_connection_that_joins_with_the_jobs_before_the_newest_disturbs_nobody) {
   Desk desk(Split::connections);
   desk.book.job(1, cosmic_job(1, "a"), desk.now);
   const auto offer = desk.book.due(1, desk.now);
   const Bytes mine = desk.derive(offer->id, 1).bytes;
   desk.derive(offer->id, 2, Derived::full);
   desk.now += k_second;
   Job newer = cosmic_job(3, "c");
   newer.clean = false;
   desk.book.job(2, cosmic_job(2, "b"), desk.now);
   desk.book.job(2, newer, desk.now);
   desk.now += k_second;
   EXPECT_FALSE(desk.book.due(2, desk.now)) << "no template for work that nobody had";
   EXPECT_EQ(desk.derive(offer->id, 2).bytes, newer.input);
   EXPECT_EQ(desk.derive(offer->id, 1).bytes, mine);
   // Once a sink has it, newer work is a template.
   newer.input.assign(32, 4);
   desk.book.job(2, newer, desk.now);
   desk.now += k_second;
   const auto next = desk.book.due(2, desk.now);
   ASSERT_TRUE(next);
   EXPECT_FALSE(next->clean);
   EXPECT_GT(next->id, offer->id);
}

TEST(UpstreamBook, a_sink_keeps_its_work_while_another_connections_work_is_renewed) {
   Desk desk;
   Job renewed = cosmic_job(9, "r");
   renewed.clean = false;
   desk.book.job(1, cosmic_job(1, "a"), desk.now);
   desk.book.job(2, cosmic_job(2, "b"), desk.now);
   const auto id = desk.book.due(2, desk.now)->id;
   std::map<std::uint32_t, std::uint8_t> where;
   std::set<std::pair<std::uint8_t, std::uint64_t>> searched;
   for (std::uint32_t name = 0; name < 500; ++name) {
      const Input input = desk.derive(id, name);
      where[name] = input.bytes[0];
      EXPECT_TRUE(searched.emplace(input.bytes[0], input.nonce_first).second);
   }
   desk.book.job(2, renewed, desk.now);
   const auto next = desk.book.due(2, desk.now + k_second);
   ASSERT_TRUE(next);
   EXPECT_FALSE(next->clean);
   std::size_t fed = 0;
   for (const auto &[name, input] : where) {
      Input out;
      const Bytes extranonce = Desk::named(name);
      const bool renewed_too = desk.book.derive(next->id, extranonce, desk.now, out) == Derived::good;
      if (renewed_too) {
         EXPECT_TRUE(searched.emplace(out.bytes[0], out.nonce_first).second) << "never the same nonces";
      }
      fed += renewed_too || input == 1; // who has work of the first connection may go on with it
   }
   EXPECT_EQ(fed, where.size());
   EXPECT_EQ(desk.book.connections_wanted(), 0u);
}

TEST(UpstreamBook, work_of_a_lost_connection_is_kept_for_a_while_and_its_shares_are_lost) {
   Desk desk;
   desk.book.job(1, cosmic_job(1, "a"), desk.now);
   const auto id = desk.book.due(1, desk.now)->id;
   const Input input = desk.derive(id, 1);
   desk.book.lost(1, desk.now);
   desk.derive(id, 1);
   desk.derive(id, 2, Derived::gone);
   EXPECT_EQ(desk.admit(id, 1, input.nonce_first), NEB_WORK_LOST);
   desk.now += 30 * k_second;
   desk.derive(id, 1, Derived::gone);
   // The same job of the next connection is other work to its pool.
   desk.book.change_pool(desk.now);
   desk.book.job(2, cosmic_job(1, "a"), desk.now);
   const auto next = desk.book.due(1, desk.now);
   ASSERT_TRUE(next);
   EXPECT_TRUE(next->clean);
   EXPECT_GT(next->id, id);
   EXPECT_EQ(desk.admit(id, 1, input.nonce_first), NEB_WORK_LOST);
}

TEST(UpstreamBook, whole_connections_feed_one_sink_each) {
   Desk desk(Split::connections);
   desk.book.job(1, cosmic_job(1, "a"), desk.now);
   const auto id = desk.book.due(1, desk.now)->id;
   EXPECT_EQ(desk.derive(id, 1).nonce_last, 0xFFFFFFFFu);
   for (std::uint32_t name = 2; name < 12; ++name)
      desk.derive(id, name, Derived::full);
   EXPECT_EQ(desk.book.connections_wanted(), 10u);
}

TEST(UpstreamBook, a_coinbase_leaves_its_extranonce_to_the_sink) {
   Book book({Dialect::bitcoin, Split::nonces, 0}, 1);
   Job job = cosmic_job(0, "a");
   job.input.clear();
   job.coinbase.emplace();
   job.coinbase->coinb1 = {1, 2};
   job.coinbase->ntime = 77;
   job.extranonce1 = {3, 4};
   job.extranonce2_size = 4;
   book.job(1, job, k_second);
   const auto offer = book.due(1, k_second);
   ASSERT_TRUE(offer);
   EXPECT_EQ(offer->extranonce_size, 4u);
   EXPECT_EQ(offer->coinb1, (Bytes{1, 2, 3, 4}));
   Input a, b;
   const Bytes one = {0, 0, 0, 1}, two = {0, 0, 0, 2}, brief = {1};
   ASSERT_EQ(book.derive(offer->id, one, k_second, a), Derived::good);
   ASSERT_EQ(book.derive(offer->id, two, k_second, b), Derived::good);
   EXPECT_NE(a.bytes, b.bytes);
   EXPECT_EQ(book.derive(offer->id, brief, k_second, b), Derived::wrong);
   const auto admitted = book.admit({offer->id, 5, one, 0, 0});
   ASSERT_TRUE(std::holds_alternative<Admitted>(admitted));
   EXPECT_EQ(std::get<Admitted>(admitted).share.ntime, 77u);
   EXPECT_EQ(std::get<Admitted>(admitted).share.extranonce2, one);
   EXPECT_TRUE(std::holds_alternative<Judgement>(book.admit({offer->id, 5, one, 0, 0x20}))) << "rolled version bits";
}

} // namespace nebula::upstream
