#include "ext/metrics.h"

#include "ext/metric_text.h"
#include "support.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <vector>

namespace nebula::host::test {
namespace {

constexpr uint64_t k_nano = 1'000'000'000;

TEST(Metrics, ACellIsAloneInItsCacheLineAndTheSameWhenAskedForAgain) {
   Metrics metrics;
   neb_cell *a = metrics.cell("chain", NEB_METRIC_GAUGE, "chain_height", "Height.", "", 1);
   neb_cell *b = metrics.cell("chain", NEB_METRIC_GAUGE, "chain_peers", "Peers.", "", 1);
   ASSERT_NE(a, nullptr);
   ASSERT_NE(b, nullptr);
   EXPECT_EQ(reinterpret_cast<uintptr_t>(a) % 64, 0u);
   EXPECT_EQ(reinterpret_cast<uintptr_t>(b) % 64, 0u);
   EXPECT_NE(reinterpret_cast<uintptr_t>(a) / 64, reinterpret_cast<uintptr_t>(b) / 64);
   EXPECT_EQ(metrics.cell("chain", NEB_METRIC_GAUGE, "chain_height", "Height.", "", 1), a);
   EXPECT_NE(metrics.cell("chain2", NEB_METRIC_GAUGE, "chain_height", "Height.", "", 1), a);
}

TEST(Metrics, TheSameLabelsInAnotherOrderAreTheSameCell) {
   Metrics metrics;
   neb_cell *a = metrics.cell("m", NEB_METRIC_COUNTER, "shares", "Shares.", R"(a="1",b="2")", 1);
   EXPECT_NE(a, nullptr);
   EXPECT_EQ(metrics.cell("m", NEB_METRIC_COUNTER, "shares_total", "Shares.", R"(b="2",a="1")", 1), a);
}

TEST(Metrics, RendersOpenMetrics) {
   Metrics metrics;
   neb_cell_add(metrics.cell("pool", NEB_METRIC_COUNTER, "pool_shares", "Shares seen.", R"(status="valid")", 1), 7);
   neb_cell_set(metrics.cell("pool", NEB_METRIC_GAUGE, "pool_lag_seconds", "Lag of \"all\".", "", k_nano),
                1'500'000'000);
   const std::vector<uint64_t> bounds = {1'000'000, 1'000'000'000};
   const neb_histogram *histogram = metrics.histogram("pool", "pool_wait_seconds", "Wait.", "", bounds, k_nano);
   ASSERT_NE(histogram, nullptr);
   for (const uint64_t value : {uint64_t{5}, uint64_t{1'000'000}, uint64_t{2'000'000}, uint64_t{3'000'000'000}})
      neb_histogram_record(histogram, value);
   EXPECT_EQ(metrics.render(), R"(# HELP pool_lag_seconds Lag of \"all\".
# TYPE pool_lag_seconds gauge
# UNIT pool_lag_seconds seconds
pool_lag_seconds{instance="pool"} 1.5
# HELP pool_shares Shares seen.
# TYPE pool_shares counter
pool_shares_total{instance="pool",status="valid"} 7
# HELP pool_wait_seconds Wait.
# TYPE pool_wait_seconds histogram
# UNIT pool_wait_seconds seconds
pool_wait_seconds_bucket{instance="pool",le="0.001"} 2
pool_wait_seconds_bucket{instance="pool",le="1.0"} 3
pool_wait_seconds_bucket{instance="pool",le="+Inf"} 4
pool_wait_seconds_sum{instance="pool"} 3.003000005
pool_wait_seconds_count{instance="pool"} 4
# EOF
)");
}

TEST(Metrics, RendersTheOlderFormatWithCountersNamedAsTheirSamples) {
   Metrics metrics;
   neb_cell_add(metrics.cell("pool", NEB_METRIC_COUNTER, "pool_shares", "A \"b\" \\ c\nd", "", 1), 7);
   EXPECT_EQ(metrics.render(Metrics::Format::prometheus), "# HELP pool_shares_total A \"b\" \\\\ c\\nd\n"
                                                          "# TYPE pool_shares_total counter\n"
                                                          "pool_shares_total{instance=\"pool\"} 7\n");
}

TEST(Metrics, EscapesLabelValues) {
   Metrics metrics;
   ASSERT_NE(metrics.cell("a\"b", NEB_METRIC_GAUGE, "x", "X.", R"(l="back\\slash \"quote\" \n line")", 1), nullptr);
   EXPECT_NE(metrics.render().find(R"(x{instance="a\"b",l="back\\slash \"quote\" \n line"} 0)"), std::string::npos)
      << metrics.render();
}

TEST(Metrics, RefusesMalformedNamesAndLabelsAndSaysWhy) {
   Metrics metrics;
   const auto cell = [&](std::string_view name, std::string_view labels = "", uint64_t divisor = 1) {
      return metrics.cell("m", NEB_METRIC_GAUGE, name, "H.", labels, divisor);
   };
   for (const char *name :
        {"", "Height", "1x", "a-b", "x_total", "x_count", "x_sum", "x_bucket", "x_created", "x_info", "\xc3\xa9"})
      EXPECT_EQ(cell(name), nullptr) << name;
   EXPECT_EQ(cell(std::string(Metrics::k_name_max + 1, 'a')), nullptr);
   EXPECT_NE(metrics.last_refusal("m").find("snake_case"), std::string::npos);
   for (const char *labels : {"a", "a=", "a=\"", "a=\"1\",", "a=\"1\"b=\"2\"", "a=\"1\",a=\"2\"", "instance=\"x\"",
                              "le=\"1\"", "__a=\"1\"", "1=\"a\"", "a=\"\\x\"", "a=\"\n\"", "=\"a\""})
      EXPECT_EQ(cell("x", labels), nullptr) << labels;
   EXPECT_EQ(cell("x", "", 0), nullptr);
   EXPECT_EQ(metrics.cell("m", 7, "x", "H.", "", 1), nullptr);
   EXPECT_NE(cell("x", R"(a="1")"), nullptr);
}

TEST(Metrics, RefusesWhatConflictsWithAnEarlierRequest) {
   Metrics metrics;
   ASSERT_NE(metrics.cell("m", NEB_METRIC_GAUGE, "x", "H.", R"(a="1")", 1), nullptr);
   EXPECT_EQ(metrics.cell("m", NEB_METRIC_COUNTER, "x", "H.", R"(a="1")", 1), nullptr);
   EXPECT_EQ(metrics.cell("m", NEB_METRIC_GAUGE, "x", "H.", R"(a="1")", 2), nullptr);
   EXPECT_EQ(metrics.cell("m", NEB_METRIC_GAUGE, "x", "H.", R"(b="1")", 1), nullptr);
   EXPECT_EQ(metrics.cell("other", NEB_METRIC_GAUGE, "x", "H.", "", 1), nullptr);
   EXPECT_NE(metrics.cell("other", NEB_METRIC_GAUGE, "x", "H.", R"(a="2")", 1), nullptr);
   const std::vector<uint64_t> bounds = {1, 2};
   const std::vector<uint64_t> others = {1, 3};
   ASSERT_NE(metrics.histogram("m", "h", "H.", "", bounds, 1), nullptr);
   EXPECT_EQ(metrics.histogram("n", "h", "H.", "", others, 1), nullptr);
}

TEST(Metrics, RefusesHistogramsWithBadBounds) {
   Metrics metrics;
   EXPECT_EQ(metrics.histogram("m", "h", "H.", "", {}, 1), nullptr);
   const std::vector<uint64_t> falling = {2, 1};
   const std::vector<uint64_t> equal = {1, 1};
   EXPECT_EQ(metrics.histogram("m", "h", "H.", "", falling, 1), nullptr);
   EXPECT_EQ(metrics.histogram("m", "h", "H.", "", equal, 1), nullptr);
   std::vector<uint64_t> many(Metrics::k_bounds_max + 1);
   for (std::size_t i = 0; i < many.size(); ++i)
      many[i] = i;
   EXPECT_EQ(metrics.histogram("m", "h", "H.", "", many, 1), nullptr);
   many.pop_back();
   EXPECT_NE(metrics.histogram("m", "h", "H.", "", many, 1), nullptr);
}

TEST(Metrics, AnInstanceHasAtMost4096Cells) {
   Metrics metrics;
   for (uint32_t i = 0; i < Metrics::k_cells_max; ++i)
      ASSERT_NE(metrics.cell("m", NEB_METRIC_GAUGE, "x", "H.", "i=\"" + std::to_string(i) + '"', 1), nullptr);
   EXPECT_EQ(metrics.cell("m", NEB_METRIC_GAUGE, "x", "H.", R"(i="one more")", 1), nullptr);
   EXPECT_NE(metrics.cell("m", NEB_METRIC_GAUGE, "x", "H.", R"(i="7")", 1), nullptr) << "an old one is still found";
   EXPECT_NE(metrics.cell("n", NEB_METRIC_GAUGE, "x", "H.", R"(i="7")", 1), nullptr);
   metrics.remove("m");
   EXPECT_NE(metrics.cell("m", NEB_METRIC_GAUGE, "x", "H.", R"(i="one more")", 1), nullptr);
}

TEST(Metrics, RemovedInstancesDisappear) {
   Metrics metrics;
   (void)metrics.cell("m", NEB_METRIC_GAUGE, "x", "H.", "", 1);
   metrics.remove("m");
   EXPECT_EQ(metrics.render(), "# EOF\n");
   EXPECT_NE(metrics.cell("n", NEB_METRIC_COUNTER, "x", "H.", "", 1), nullptr) << "the name is free again";
}

TEST(Metrics, NullIsAcceptedByEveryFunction) {
   neb_cell_add(nullptr, 1);
   neb_cell_set(nullptr, 1);
   neb_histogram_record(nullptr, 1);
}

TEST(Decimal, IsExact) {
   EXPECT_EQ(decimal(0, 1), "0");
   EXPECT_EQ(decimal(-1'500, 1'000), "-1.5");
   EXPECT_EQ(decimal(1, 1'000'000'000), "0.000000001");
   EXPECT_EQ(decimal(INT64_MIN, 1), "-9223372036854775808");
   EXPECT_EQ(decimal(INT64_MAX, 1'000'000'000), "9223372036.854775807");
   EXPECT_EQ(decimal(1, 3), "0.333333333333333333");
   EXPECT_EQ(decimal_unsigned(UINT64_MAX, UINT64_MAX), "1");
   EXPECT_EQ(decimal_unsigned(UINT64_MAX / 2, UINT64_MAX).substr(0, 6), "0.4999");
}

TEST(Metrics, PromtoolFindsNothingToComplainAbout) {
   if (std::system("command -v promtool > /dev/null 2>&1") != 0)
      GTEST_SKIP() << "SKIPPED: promtool is not installed";
   Metrics metrics;
   neb_cell_add(
      metrics.cell("pool", NEB_METRIC_COUNTER, "pool_shares", "Shares \"seen\" \\ counted\nby us.", R"(s="a\"b")", 1),
      7);
   neb_cell_set(metrics.cell("pool", NEB_METRIC_GAUGE, "pool_lag_seconds", "Lag.", "", k_nano), -5);
   const std::vector<uint64_t> bounds = {1'000'000, 1'000'000'000};
   neb_histogram_record(metrics.histogram("pool", "pool_wait_seconds", "Wait.", R"(k="v")", bounds, k_nano), 5);
   const std::string file = make_folder() + "/metrics";
   std::ofstream(file) << metrics.render(Metrics::Format::prometheus);
   EXPECT_EQ(std::system(("promtool check metrics < " + file).c_str()), 0);
}

} // namespace
} // namespace nebula::host::test
