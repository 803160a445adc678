#include <gtest/gtest.h>

#include "core/guard.h"

#include <random>

/// Limits by address and network, with a clock of the test's own.

namespace nebula::pool {
namespace {

constexpr std::uint64_t k_s = 1'000'000'000;
using Admission = Guard::Admission;

NetAddress address(std::string_view text) {
   return NetAddress::parse(text).value();
}

GuardSettings small() {
   GuardSettings out;
   out.connections_per_address = 3;
   for (Rate &rate : out.rates)
      rate = {60};
   out.strikes = {2, 600 * k_s};
   out.ban_ns = 100 * k_s;
   return out;
}

TEST(Limits, a_bucket_gives_a_burst_and_then_as_much_as_its_rate) {
   const Rate rate{60};
   Bucket bucket;
   std::uint64_t now = 5 * k_s;
   for (int i = 0; i < 60; ++i)
      EXPECT_TRUE(bucket.take(rate, now));
   EXPECT_FALSE(bucket.take(rate, now));
   now += k_s;
   EXPECT_TRUE(bucket.take(rate, now));
   EXPECT_FALSE(bucket.take(rate, now));
   EXPECT_FALSE(bucket.full(now));
   EXPECT_TRUE(bucket.full(now + 60 * k_s));
}

TEST(Limits, over_any_time_a_bucket_gives_at_most_its_burst_and_its_rate) {
   std::mt19937_64 random(1);
   for (int round = 0; round < 100; ++round) {
      const Rate rate{static_cast<std::uint32_t>(1 + random() % 1'000), (1 + random() % 100) * k_s};
      Bucket bucket;
      const std::uint64_t begin = random() % k_s;
      std::uint64_t now = begin, given = 0;
      for (int i = 0; i < 5'000; ++i) {
         now += random() % (rate.interval_ns() * 2);
         given += bucket.take(rate, now);
      }
      EXPECT_LE(given, rate.events + (now - begin) / rate.interval_ns() + 1) << "round " << round;
   }
}

TEST(Guard, connections_at_a_time_are_limited_for_an_address_and_for_its_network) {
   Guard guard(small());
   for (int host = 1; host <= 4; ++host)
      for (int i = 0; i < 3; ++i)
         EXPECT_EQ(guard.admit(address("192.0.2." + std::to_string(host)), k_s), Admission::welcome);
   EXPECT_EQ(guard.admit(address("192.0.2.1"), k_s), Admission::too_many);
   EXPECT_EQ(guard.admit(address("192.0.2.77"), k_s), Admission::too_many_of_network);
   EXPECT_EQ(guard.admit(address("192.0.3.77"), k_s), Admission::welcome);
   guard.leave(address("192.0.2.1"), k_s);
   EXPECT_EQ(guard.admit(address("192.0.2.77"), k_s), Admission::welcome);
}

TEST(Guard, an_ipv6_customer_is_one_whatever_address_of_its_64_it_takes) {
   Guard guard(small());
   for (int i = 1; i <= 3; ++i)
      EXPECT_EQ(guard.admit(address("2001:db8::" + std::to_string(i)), k_s), Admission::welcome);
   EXPECT_EQ(guard.admit(address("2001:db8::ffff"), k_s), Admission::too_many);
   EXPECT_EQ(guard.admit(address("2001:db8:0:1::1"), k_s), Admission::welcome);
}

TEST(Guard, who_connects_too_often_waits) {
   Guard guard(small());
   for (int i = 0; i < 60; ++i) {
      ASSERT_EQ(guard.admit(address("192.0.2.1"), k_s), Admission::welcome);
      guard.leave(address("192.0.2.1"), k_s);
   }
   EXPECT_EQ(guard.admit(address("192.0.2.1"), k_s), Admission::too_fast);
   EXPECT_EQ(guard.admit(address("192.0.2.2"), k_s), Admission::welcome);
   EXPECT_EQ(guard.admit(address("192.0.2.1"), 3 * k_s), Admission::welcome);
}

TEST(Guard, each_kind_of_request_has_a_limit_of_its_own) {
   Guard guard(small());
   Guard::Place place;
   ASSERT_EQ(guard.admit(address("192.0.2.1"), k_s, &place), Admission::welcome);
   for (int i = 0; i < 60; ++i)
      EXPECT_TRUE(guard.allows(place, Ask::login, k_s));
   EXPECT_FALSE(guard.allows(place, Ask::login, k_s));
   EXPECT_TRUE(guard.allows(place, Ask::submit, k_s));
   EXPECT_TRUE(guard.allows(place, Ask::login, 2 * k_s));
}

TEST(Guard, strikes_shut_an_address_out_for_a_time_and_nobody_beside_it) {
   Guard guard(small());
   EXPECT_FALSE(guard.strike(address("192.0.2.1"), k_s));
   EXPECT_FALSE(guard.strike(address("192.0.2.1"), k_s));
   EXPECT_TRUE(guard.strike(address("192.0.2.1"), k_s));
   EXPECT_FALSE(guard.strike(address("192.0.2.1"), k_s)) << "it is shut out already";
   EXPECT_EQ(guard.admit(address("192.0.2.1"), 100 * k_s), Admission::banned);
   EXPECT_EQ(guard.admit(address("192.0.2.2"), 2 * k_s), Admission::welcome);
   EXPECT_EQ(guard.admit(address("192.0.2.1"), 101 * k_s), Admission::welcome);
   guard.ban(address("192.0.2.9"), 500 * k_s);
   EXPECT_TRUE(guard.banned(address("192.0.2.9"), 101 * k_s));
   EXPECT_EQ(guard.banned_count(101 * k_s), 1u);
   EXPECT_TRUE(guard.unban(address("192.0.2.9"), 101 * k_s));
   EXPECT_EQ(guard.banned_count(101 * k_s), 0u);
   EXPECT_FALSE(guard.unban(address("192.0.2.9"), 101 * k_s));
   EXPECT_EQ(guard.admit(address("192.0.2.9"), 101 * k_s), Admission::welcome);
}

TEST(Guard, nothing_limits_who_is_trusted) {
   GuardSettings settings = small();
   settings.trusted = {NetRange::parse("10.0.0.0/8").value()};
   Guard guard(std::move(settings));
   for (int i = 0; i < 1'000; ++i) {
      Guard::Place place;
      EXPECT_EQ(guard.admit(address("10.1.2.3"), k_s, &place), Admission::welcome);
      EXPECT_TRUE(guard.allows(place, Ask::submit, k_s));
      EXPECT_FALSE(guard.strike(address("10.1.2.3"), k_s));
   }
   EXPECT_EQ(guard.known(), 0u);
}

TEST(Guard, memory_is_bounded_however_many_addresses_come_and_it_forgets_them) {
   Guard guard(small());
   std::mt19937_64 random(2);
   for (int i = 0; i < 300'000; ++i) {
      NetAddress one = address("2001:db8::");
      const std::uint64_t bits = random();
      std::memcpy(one.bytes.data() + 2, &bits, 6);
      if (guard.admit(one, k_s) == Admission::welcome)
         guard.leave(one, k_s);
   }
   EXPECT_LE(guard.known(), 2 * (GuardSettings::k_strangers_max + 1));
   for (int i = 0; i < 64; ++i)
      guard.tick(1'000 * k_s);
   EXPECT_EQ(guard.known(), 0u);
}

TEST(Guard, who_is_connected_is_never_forgotten) {
   Guard guard(small());
   ASSERT_EQ(guard.admit(address("192.0.2.1"), k_s), Admission::welcome);
   for (int i = 0; i < 200; ++i)
      guard.tick(1'000 * k_s);
   EXPECT_EQ(guard.known(), 2u);
   guard.leave(address("192.0.2.1"), 1'000 * k_s);
   EXPECT_EQ(guard.known(), 0u);
}

TEST(NetAddress, is_a_whole_text_and_written_again_the_same) {
   for (const char *good : {"192.0.2.1", "::", "2001:db8::1", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"})
      EXPECT_EQ(NetAddress::parse(address(good).text()), address(good)) << good;
   using namespace std::string_view_literals;
   for (const std::string_view wrong : {""sv, "192.0.2.1\0"sv, "::\0x"sv, "192.0.2"sv, "192.0.2.1 "sv,
                                        "::ffff:192.0.2.1/96"sv, "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255x"sv})
      EXPECT_FALSE(NetAddress::parse(wrong)) << wrong;
}

TEST(NetRange, reads_what_operators_write_and_refuses_the_rest) {
   EXPECT_TRUE(NetRange::parse("10.0.0.0/8")->contains(address("10.255.0.1")));
   EXPECT_FALSE(NetRange::parse("10.0.0.0/8")->contains(address("11.0.0.1")));
   EXPECT_TRUE(NetRange::parse("192.0.2.129/25")->contains(address("192.0.2.200")));
   EXPECT_FALSE(NetRange::parse("192.0.2.129/25")->contains(address("192.0.2.1")));
   EXPECT_TRUE(NetRange::parse("192.0.2.7")->contains(address("::ffff:192.0.2.7")));
   EXPECT_TRUE(NetRange::parse("2001:db8::/33")->contains(address("2001:db8:7fff::1")));
   EXPECT_FALSE(NetRange::parse("2001:db8::/33")->contains(address("2001:db8:8000::1")));
   EXPECT_TRUE(NetRange::parse("0.0.0.0/0")->contains(address("1.2.3.4")));
   EXPECT_FALSE(NetRange::parse("0.0.0.0/0")->contains(address("2001:db8::1")));
   for (const char *wrong :
        {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/8x", "host", "10.0.0.0/-1"})
      EXPECT_FALSE(NetRange::parse(wrong)) << wrong;
}

} // namespace
} // namespace nebula::pool
