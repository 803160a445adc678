#include "host/config/units.h"

#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

constexpr std::uint64_t k_second = 1'000'000'000;

TEST(Units, durations_read_as_people_write_them) {
   EXPECT_EQ(parse_duration("250ms"), k_second / 4);
   EXPECT_EQ(parse_duration("30s"), 30 * k_second);
   EXPECT_EQ(parse_duration("30"), 30 * k_second);
   EXPECT_EQ(parse_duration("1.5h"), 5400 * k_second);
   EXPECT_EQ(parse_duration("1h30m"), 5400 * k_second);
   EXPECT_EQ(parse_duration("2d 3h"), 51 * 3600 * k_second);
   EXPECT_EQ(parse_duration("5 min"), 300 * k_second);
   EXPECT_EQ(parse_duration("0"), 0u);
   EXPECT_EQ(parse_duration("9223372036s"), 9223372036ull * k_second);
}

TEST(Units, durations_that_mean_nothing_are_refused) {
   for (const char *bad :
        {"", "s", "-1s", "1x", "1s1s", "30m1h", "1.s", "1e3", "1h30", "0.5ns", "9999999999999h", "1..5s", " 1s"})
      EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
}

TEST(Units, sizes_know_powers_of_two_and_of_ten) {
   EXPECT_EQ(parse_size("512"), 512u);
   EXPECT_EQ(parse_size("64KiB"), 65536u);
   EXPECT_EQ(parse_size("64 KiB"), 65536u);
   EXPECT_EQ(parse_size("1.5GiB"), 1610612736u);
   EXPECT_EQ(parse_size("10MB"), 10'000'000u);
   EXPECT_EQ(parse_size("2TiB"), 2ull << 40);
}

TEST(Units, sizes_that_mean_nothing_are_refused) {
   for (const char *bad : {"", "B", "-1", "1K", "1 kilobyte", "0.5B", "9999999999TiB", "1KiB2", "1234567890123456789"})
      EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
}

} // namespace
} // namespace nebula::host::config
