#include "accounts/records.h"

#include <gtest/gtest.h>

#include <random>

namespace nebula::pool::accounts {
namespace {

template <class Row>
void survives_any_damage(const Bytes &good) {
   EXPECT_EQ(encode(decode<Row>(good)), good);
   const auto refused = [](const Bytes &bytes) {
      try {
         EXPECT_EQ(encode(decode<Row>(bytes)), bytes) << "what is read is what was written";
         return false;
      } catch (const Error &error) {
         EXPECT_EQ(error.status(), NEB_E_CORRUPT);
         return true;
      }
   };
   for (std::size_t size = 0; size < good.size(); ++size)
      EXPECT_TRUE(refused(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)))) << size;
   Bytes longer = good;
   longer.push_back(0);
   EXPECT_TRUE(refused(longer));
   std::mt19937_64 random(3);
   for (int round = 0; round < 2'000; ++round) {
      Bytes damaged = good;
      for (std::uint64_t i = random() % 4; i < 4; ++i)
         damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
      (void)refused(damaged);
   }
}

Wallet wallet() {
   Wallet out;
   out.name = "ZION_0123456789";
   out.shares = {1, 200, 3, 40'000, 5};
   out.work = ~std::uint64_t{0};
   out.first_s = 1'700'000'000;
   out.last_s = 1'700'000'300;
   out.milli_xp = 123'456;
   out.achievements = 5;
   out.credited = {43'835'000, 190'258'751};
   out.balance = {835'000, 0};
   out.paying = {0, 190'258'751};
   out.paid = {43'000'000, 0};
   out.round = {{0, 500}, {3, 70'000}};
   out.applied = 99;
   return out;
}

TEST(PoolRecords, are_read_back_as_they_were_written_and_damage_is_an_error) {
   survives_any_damage<Algorithm>(encode(Algorithm{"randomx", 1, 2, 3, 4, 5}));
   survives_any_damage<Wallet>(encode(wallet()));
   survives_any_damage<Worker>(encode(Worker{7, 1, "rig", {9, 8, 7, 6, 5}, 1'000, 2, 3, 4, 5}));
   survives_any_damage<Slice>(encode(Slice{5, 9, {{0, 10}, {300, 70'000}}}));
   survives_any_damage<Block>(
      encode(Block{3, BlockState::pending, "abcdef", 1, 300, 12, 13, 14, 15, 16, 17, 18, 19, true}));
   survives_any_damage<Split>(encode(Split{{{1, 2, 150, {3, 4}}, {900, 0, 100, {5'000'000, 0}}}}));
   survives_any_damage<Batch>(encode(Batch{3, BatchState::sent, Fund::bonus, 5, 6, 7, 8, 9, "aa,bb", "why"}));
   survives_any_damage<Payments>(encode(Payments{{{1, 1'000'000}, {2, 3}}}));
   Event event;
   event.workers.push_back({300, {1, 2, 3, 4, 5}, 50, 60, 70, 80, 90, 100, true});
   event.workers.push_back({});
   survives_any_damage<Event>(encode(event));
   survives_any_damage<Event>(encode(Event{Event::Kind::credited, 77, {}}));
}

TEST(PoolRecords, never_build_more_than_their_bytes_could_hold) {
   // A slice that claims 2^60 entries.
   Bytes bytes = RecordWriter().number(1).number(1).number(1).number(std::uint64_t{1} << 60).bytes();
   EXPECT_THROW((void)decode<Slice>(bytes), Error);
   // A name of one byte that is not there.
   EXPECT_THROW((void)decode<Wallet>(Bytes{1, 1}), Error);
}

TEST(PoolRecords, of_another_version_are_refused) {
   Bytes bytes = encode(Payments{});
   bytes[0] = 2;
   EXPECT_THROW((void)decode<Payments>(bytes), Error);
}

} // namespace
} // namespace nebula::pool::accounts
