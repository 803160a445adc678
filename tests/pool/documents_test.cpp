#include "shell/documents.h"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <set>

/// What tools of ZION's miners find under /api/..., and what the pool's own routes say.

namespace nebula::pool {
namespace {

namespace json = boost::json;

constexpr std::uint64_t k_s = 1'000'000'000;

std::set<std::string> members(const json::value &object) {
   std::set<std::string> out;
   for (const auto &member : object.as_object())
      out.emplace(member.key());
   return out;
}

PoolIdentity identity() {
   PoolIdentity out;
   out.name = "pool";
   out.version = "1.2.3";
   out.listening = {"0.0.0.0:3333", "[::]:3334"};
   out.algorithms = {{"randomx"}, {"cosmic-harmony", "randomx"}};
   out.fee_address = "ZION_FEE";
   return out;
}

Overview overview() {
   Overview out;
   out.uptime_ns = 77 * k_s;
   out.server.counts.accepted = 9;
   out.server.counts.peak = 4;
   out.server.counts.refused_banned = 1;
   out.server.connections = 3;
   out.server.banned_addresses = 2;
   out.workers = 2;
   out.share_ns_mean = 1'500'000;
   AlgorithmNow one;
   one.name = "cosmic-harmony";
   one.height = 41;
   one.reward = 43'835'000;
   one.hashrate = 1234.5;
   one.shares.accepted = 8;
   one.shares.stale = 2;
   out.algorithms.push_back(one);
   one.name = "randomx";
   one.height = 42;
   out.algorithms.push_back(one);
   return out;
}

accounts::TotalsView totals() {
   accounts::TotalsView out;
   out.coin = "nebula-dev";
   out.symbol = "ZION";
   out.decimals = 6;
   out.fee_ppm = 10'000;
   out.threshold = 1'000'000;
   out.miners = 5;
   out.shares.accepted = 100;
   out.shares.low = 3;
   out.blocks_found = 7;
   out.balance = {2'500'000, 1};
   out.paying = {500'000, 0};
   accounts::RoundView round;
   round.algorithm = "randomx";
   round.work = 150;
   round.network_difficulty = 100;
   out.rounds.push_back(round);
   return out;
}

std::vector<accounts::LevelView> levels() {
   return {{"PHYSICAL", 0, 100}, {"EMOTIONAL", 1'000, 105}};
}

accounts::MinerView miner() {
   accounts::MinerView out;
   out.wallet = "ZION_A";
   out.algorithm = "randomx";
   out.shares.accepted = 10;
   out.shares.invalid = 1;
   out.balance = {1'250'000, 0};
   out.immature = {250'000, 0};
   out.paid = {3'000'000, 500'000};
   out.xp = 999;
   out.last_share_s = 1'000;
   out.workers.push_back({"rig", "randomx", {}, 5, 1'000, 0, 250'000, 0.5});
   out.history.push_back({1'000, true, 50, "randomx"});
   return out;
}

std::vector<WorkerNow> connected() {
   WorkerNow one;
   one.wallet = "ZION_A";
   one.name = "rig";
   one.algorithm = "randomx";
   one.connections = 1;
   one.difficulty = 640;
   one.hashrate = 64.9;
   one.first_ns = 100 * k_s;
   return {one};
}

TEST(AmountText, has_all_decimals_of_the_coin) {
   EXPECT_EQ(amount_text(0, 6), "0.000000");
   EXPECT_EQ(amount_text(1, 6), "0.000001");
   EXPECT_EQ(amount_text(43'835'000, 6), "43.835000");
   EXPECT_EQ(amount_text(18'446'744'073'709'551'615u, 12), "18446744.073709551615");
   EXPECT_EQ(amount_text(17, 0), "17");
}

TEST(ZionDocuments, stats_have_the_members_that_tools_read) {
   const auto shown = zion_stats(identity(), overview(), totals(), {200 * k_s, 1'700'000'000});
   EXPECT_EQ(members(shown), (std::set<std::string>{"pool_name", "pool_port", "current_height", "total_miners",
                                                    "total_shares", "valid_shares", "invalid_shares", "blocks_found",
                                                    "pending_payouts_zion", "pool_fee_percent", "payout_threshold_zion",
                                                    "algorithms", "pool_wallet", "server_time", "performance"}));
   EXPECT_EQ(members(shown.at("performance")),
             (std::set<std::string>{"uptime_seconds", "total_connections", "peak_connections", "shares_processed",
                                    "avg_processing_time_ms", "errors_count", "banned_ips", "vardiff_enabled"}));
   EXPECT_EQ(shown.at("pool_port").to_number<int>(), 3333);
   EXPECT_EQ(shown.at("current_height").to_number<int>(), 42);
   EXPECT_EQ(shown.at("total_shares").to_number<int>(), 103);
   EXPECT_EQ(shown.at("invalid_shares").to_number<int>(), 3);
   EXPECT_DOUBLE_EQ(shown.at("pending_payouts_zion").as_double(), 3.000001);
   EXPECT_DOUBLE_EQ(shown.at("pool_fee_percent").as_double(), 1);
   EXPECT_DOUBLE_EQ(shown.at("performance").at("avg_processing_time_ms").as_double(), 1.5);
   EXPECT_EQ(shown.at("performance").at("banned_ips").to_number<int>(), 2);
   EXPECT_EQ(json::serialize(shown.at("algorithms")), R"(["cosmic-harmony","randomx"])");
}

TEST(ZionDocuments, pool_health_and_miner_have_the_members_that_tools_read) {
   const auto pool = zion_pool(identity(), overview(), totals(), levels());
   EXPECT_EQ(members(pool),
             (std::set<std::string>{"name", "version", "algorithms", "ports", "fees", "rewards", "features"}));
   EXPECT_DOUBLE_EQ(pool.at("rewards").at("base_block_reward").as_double(), 43.835);
   EXPECT_DOUBLE_EQ(pool.at("rewards").at("consciousness_multipliers").at("EMOTIONAL").as_double(), 1.05);
   EXPECT_EQ(members(zion_health(overview(), totals(), {})),
             (std::set<std::string>{"status", "timestamp", "uptime_seconds", "active_connections", "total_miners",
                                    "database_status"}));
   const auto shown = zion_miner(miner(), totals(), connected(), {160 * k_s, 1'700'000'000});
   EXPECT_EQ(members(shown), (std::set<std::string>{"address", "algorithm", "total_shares", "valid_shares",
                                                    "invalid_shares", "balance_pending", "balance_paid",
                                                    "last_share_time", "connected_time", "difficulty", "history"}));
   EXPECT_DOUBLE_EQ(shown.at("balance_pending").as_double(), 1.5);
   EXPECT_DOUBLE_EQ(shown.at("balance_paid").as_double(), 3.5);
   EXPECT_EQ(shown.at("difficulty").to_number<int>(), 640);
   EXPECT_EQ(shown.at("connected_time").to_number<std::uint64_t>(), 1'699'999'940u);
   EXPECT_EQ(members(shown.at("history").at(0)),
             (std::set<std::string>{"timestamp", "is_valid", "difficulty", "algorithm"}));
}

TEST(ZionDocuments, trouble_makes_the_health_degraded) {
   accounts::TotalsView troubled = totals();
   troubled.trouble = "the disk is full";
   const auto shown = zion_health(overview(), troubled, {});
   EXPECT_EQ(shown.at("status").as_string(), "degraded");
   EXPECT_EQ(shown.at("database_status").as_string(), "the disk is full");
}

TEST(ZionDocuments, a_profile_names_the_next_level_until_the_last) {
   accounts::MinerView one = miner();
   const auto shown = zion_profile(one, levels());
   EXPECT_EQ(shown.at("level").as_string(), "PHYSICAL");
   EXPECT_EQ(shown.at("next_level").at("xp_required").to_number<int>(), 1'000);
   one.level = 1;
   EXPECT_FALSE(zion_profile(one, levels()).contains("next_level"));
}

TEST(PoolDocuments, the_pool_shows_rounds_beside_their_algorithms_and_money_as_texts) {
   const auto shown = pool_document(identity(), overview(), totals());
   EXPECT_EQ(shown.at("coin").at("balance").at("main").as_string(), "2.500000");
   EXPECT_EQ(shown.at("reward").at("threshold").as_string(), "1.000000");
   EXPECT_FALSE(shown.at("algorithms").at(0).as_object().contains("round"));
   EXPECT_EQ(shown.at("algorithms").at(1).at("round").at("effort_percent").to_number<int>(), 150);
   EXPECT_FALSE(shown.contains("trouble"));
   accounts::TotalsView proxy = totals();
   proxy.coin.clear();
   EXPECT_FALSE(pool_document(identity(), overview(), proxy).contains("coin"));
}

TEST(PoolDocuments, a_miners_workers_are_shown_with_what_their_connections_do_now) {
   const auto shown = miner_document(miner(), totals(), levels(), connected());
   const auto &worker = shown.at("workers").at(0);
   EXPECT_EQ(worker.at("hashrate").to_number<int>(), 64);
   EXPECT_EQ(worker.at("difficulty").to_number<int>(), 640);
   EXPECT_DOUBLE_EQ(worker.at("expected_blocks").as_double(), 0.25);
   EXPECT_EQ(shown.at("balance").at("main").as_string(), "1.250000");
   const auto alone = miner_document(miner(), totals(), levels(), {});
   EXPECT_FALSE(alone.at("workers").at(0).as_object().contains("hashrate"));
}

} // namespace
} // namespace nebula::pool
