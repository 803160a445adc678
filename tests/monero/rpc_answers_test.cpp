#include "core/rpc_answers.h"
#include "core/rpc_requests.h"
#include "core/wallet_rpc.h"
#include "vectors.h"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace nebula::monero::test {

namespace json = boost::json;

namespace {

const json::object &recorded(std::string_view name) {
   for (const auto &value : vectors().at("rpc_answers").as_array())
      if (text(value.as_object(), "case") == name)
         return value.as_object();
   throw std::out_of_range(std::string(name));
}

std::string body_of(std::string_view name) {
   return json::serialize(recorded(name).at("answer"));
}

std::string busy(std::string_view method) {
   return json::serialize(vectors().at("busy_answers").as_object().at(method));
}

} // namespace

TEST(SubmitAnswer, says_ok_for_good_and_for_worthless_blocks_alike) {
   for (const char *name : {"good", "duplicate", "stale_same_height_valid_pow", "unknown_prev_id", "timestamp_-100000",
                            "stale_two_behind_valid_pow", "restricted_good"})
      EXPECT_TRUE(parse_submit_answer(body_of(name))) << name;
}

TEST(SubmitAnswer, keeps_the_code_of_every_refusal) {
   const std::vector<std::pair<const char *, int>> refusals = {{"low_pow", -7},
                                                               {"stale_same_height_low_pow", -7},
                                                               {"timestamp_+7300", -7},
                                                               {"unknown_tx", -7},
                                                               {"wrong_major_version", -7},
                                                               {"reward_too_high", -7},
                                                               {"not_hex", -6},
                                                               {"odd_hex", -6},
                                                               {"truncated", -6},
                                                               {"empty_string", -6},
                                                               {"trailing_bytes", -6},
                                                               {"params_object", -1},
                                                               {"params_two", -1},
                                                               {"params_string", -1},
                                                               {"params_empty_array", -1}};
   for (const auto &[name, code] : refusals) {
      const auto answer = parse_submit_answer(body_of(name));
      ASSERT_FALSE(answer) << name;
      EXPECT_EQ(answer.error().fault, Fault::rpc) << name;
      EXPECT_EQ(answer.error().rpc_code, code) << name;
   }
}

TEST(SubmitAnswer, repeats_the_daemons_words) {
   EXPECT_EQ(parse_submit_answer(body_of("low_pow")).error().text,
             "the daemon answered error -7 \"Block not accepted\"");
}

TEST(SubmitAnswer, reads_the_block_id_of_newer_daemons) {
   const std::string id(64, 'a');
   const auto answer = parse_submit_answer(R"({"result":{"status":"OK","block_id":")" + id + R"("}})");
   ASSERT_TRUE(answer);
   EXPECT_EQ(to_hex(*answer->block_id), id);
   EXPECT_FALSE(parse_submit_answer(R"({"result":{"status":"OK","block_id":"aa"}})"));
}

TEST(BusyAnswers, are_told_apart_from_refusals) {
   EXPECT_EQ(parse_template_answer(busy("get_block_template")).error().fault, Fault::busy);
   EXPECT_EQ(parse_submit_answer(busy("submit_block")).error().fault, Fault::busy);
   EXPECT_EQ(parse_submit_answer(R"({"result":{"status":"Failed"}})").error().fault, Fault::refused);
}

TEST(TemplateAnswer, is_read_from_the_daemons_own_text) {
   for (const auto &value : vectors().at("xmrig").as_object().at("rpc").as_array()) {
      const auto &row = value.as_object();
      if (text(row, "method") != "get_block_template")
         continue;
      const auto answer = parse_template_answer(json::serialize(row.at("answer")));
      ASSERT_TRUE(answer) << answer.error().text;
      EXPECT_EQ(answer->difficulty, (Difficulty{0, 25}));
      EXPECT_EQ(answer->next_seed_hash, std::nullopt);
      const auto work = BlockWork::make(*answer, 16, 16);
      EXPECT_TRUE(work) << work.error().text;
   }
}

TEST(TemplateAnswer, of_a_restricted_port_is_as_good) {
   const auto answer = parse_template_answer(body_of("restricted_get_block_template"));
   ASSERT_TRUE(answer) << answer.error().text;
   EXPECT_EQ(answer->height, 6u);
}

TEST(TemplateAnswer, refusals_keep_their_code) {
   EXPECT_EQ(parse_template_answer(body_of("rpc_bad_wallet")).error().rpc_code, k_rpc_wallet_refused);
   EXPECT_EQ(parse_template_answer(body_of("rpc_testnet_addr")).error().rpc_code, k_rpc_wallet_refused);
   EXPECT_EQ(parse_template_answer(body_of("rpc_subaddress")).error().rpc_code, k_rpc_subaddress);
   EXPECT_EQ(parse_template_answer(body_of("rpc_r128")).error().rpc_code, k_rpc_internal);
   EXPECT_EQ(parse_template_answer(body_of("rpc_too_big")).error().rpc_code, -3);
}

TEST(TemplateAnswer, with_a_next_seed_has_it) {
   json::object answer = recorded("restricted_get_block_template").at("answer").as_object();
   answer.at("result").as_object()["next_seed_hash"] = std::string(64, 'b');
   EXPECT_EQ(to_hex(*parse_template_answer(json::serialize(answer))->next_seed_hash), std::string(64, 'b'));
}

TEST(TemplateAnswer, from_a_bootstrap_daemon_means_not_synchronised) {
   json::object answer = recorded("restricted_get_block_template").at("answer").as_object();
   answer.at("result").as_object()["untrusted"] = true;
   EXPECT_EQ(parse_template_answer(json::serialize(answer)).error().fault, Fault::busy);
}

TEST(TemplateAnswer, with_any_field_missing_or_of_another_type_names_it) {
   const json::object good = recorded("restricted_get_block_template").at("answer").as_object();
   for (const char *name : {"blocktemplate_blob", "blockhashing_blob", "height", "reserved_offset", "expected_reward",
                            "prev_hash", "wide_difficulty", "seed_hash", "seed_height", "next_seed_hash"}) {
      json::object bad = good;
      bad.at("result").as_object()[name] = 1.5;
      EXPECT_NE(parse_template_answer(json::serialize(bad)).error().text.find(name), std::string::npos) << name;
      bad.at("result").as_object().erase(name);
      EXPECT_NE(parse_template_answer(json::serialize(bad)).error().text.find(name), std::string::npos) << name;
   }
}

TEST(TemplateAnswer, whose_difficulties_disagree_is_refused) {
   json::object answer = recorded("restricted_get_block_template").at("answer").as_object();
   answer.at("result").as_object()["difficulty_top64"] = 1;
   EXPECT_EQ(parse_template_answer(json::serialize(answer)).error().text,
             "wide_difficulty does not agree with difficulty and difficulty_top64");
}

TEST(HeightAnswer, keeps_integers_above_2_to_the_53_exact) {
   const auto answer =
      parse_height_answer(R"({"hash":")" + std::string(64, '0') + R"(","height":18446744073709551615,"status":"OK"})");
   ASSERT_TRUE(answer);
   EXPECT_EQ(answer->height, ~0ull);
   EXPECT_FALSE(parse_height_answer(R"({"hash":")" + std::string(64, '0') + R"(","height":1e3,"status":"OK"})"));
   EXPECT_FALSE(parse_height_answer(R"({"hash":")" + std::string(64, '0') + R"(","height":-1,"status":"OK"})"));
   EXPECT_EQ(parse_height_answer(R"({"hash":"","height":0,"status":"BUSY"})").error().fault, Fault::busy);
}

TEST(InfoAnswer, of_a_restricted_port_says_whether_it_is_synchronised) {
   const auto answer = parse_info_answer(body_of("restricted_get_info"));
   ASSERT_TRUE(answer) << answer.error().text;
   EXPECT_TRUE(answer->synchronized);
}

TEST(HeaderAnswer, of_an_unknown_block_is_no_error_but_nothing) {
   const auto answer = parse_header_answer(body_of("rpc_hdr_unknown_hash"));
   ASSERT_TRUE(answer);
   EXPECT_FALSE(answer->has_value());
}

TEST(HeaderAnswer, tells_depth_and_orphans) {
   const auto answer = parse_header_answer(body_of("restricted_get_block_header_by_height"));
   ASSERT_TRUE(answer) << answer.error().text;
   ASSERT_TRUE(answer->has_value());
   EXPECT_EQ((*answer)->depth, 4u);
   EXPECT_FALSE((*answer)->orphan);
}

TEST(Answers, that_are_no_answers_are_malformed) {
   for (const char *bad :
        {"", "null", "[]", "{}", R"({"result":1})", R"({"result":{}})", R"({"error":{}})", R"({"error":{"code":"x"}})",
         "{\"result\":{\"status\":\"OK\"", "\xff\xfe", "[[[[[[[[[[[[[[[[[[[[", R"({"result":{"status":5}})"}) {
      EXPECT_EQ(parse_template_answer(bad).error().fault, Fault::malformed) << bad;
      EXPECT_EQ(parse_submit_answer(bad).error().fault, Fault::malformed) << bad;
      EXPECT_EQ(parse_header_answer(bad).error().fault, Fault::malformed) << bad;
      EXPECT_EQ(parse_info_answer(bad).error().fault, Fault::malformed) << bad;
      EXPECT_EQ(parse_height_answer(bad).error().fault, Fault::malformed) << bad;
   }
}

TEST(Answers, over_the_size_limit_are_not_even_parsed) {
   EXPECT_EQ(parse_height_answer(std::string(k_answer_bytes_max + 1, ' ')).error().text,
             "the answer has 4194305 bytes, at most 4194304 are read");
}

TEST(Answers, cannot_put_control_characters_or_long_texts_into_a_log_line) {
   const auto answer =
      parse_submit_answer(R"({"error":{"code":-7,"message":"a\nb\u001b[31m)" + std::string(500, 'x') + "\"}}");
   EXPECT_EQ(answer.error().text.find('\n'), std::string::npos);
   EXPECT_EQ(answer.error().text.find('\x1b'), std::string::npos);
   EXPECT_LT(answer.error().text.size(), 260u);
}

TEST(Requests, have_the_shape_the_daemon_wants) {
   EXPECT_EQ(height_request().path, "/get_height");
   EXPECT_EQ(
      template_request("44x", 16).body,
      R"({"jsonrpc":"2.0","id":"0","method":"get_block_template","params":{"wallet_address":"44x","reserve_size":16}})");
   EXPECT_EQ(submit_request(Bytes{0x0a, 0xff}).body,
             R"({"jsonrpc":"2.0","id":"0","method":"submit_block","params":["0aff"]})");
   EXPECT_EQ(header_request(Hash{}).body,
             R"({"jsonrpc":"2.0","id":"0","method":"get_block_header_by_hash","params":{"hash":")" +
                std::string(64, '0') + R"("}})");
}

TEST(WalletAnswersTest, a_block_that_paid_the_wallet_is_told_from_other_transfers) {
   const std::string transfers = R"({"id":"0","jsonrpc":"2.0","result":{"in":[
      {"amount":600000000000,"height":70,"type":"block"},
      {"amount":5,"height":70,"type":"in"},
      {"amount":7,"height":69,"type":"block"}]}})";
   EXPECT_EQ(*parse_incoming_answer(transfers, 70), 600'000'000'000u);
   EXPECT_EQ(*parse_incoming_answer(transfers, 71), 0u);
   EXPECT_EQ(*parse_incoming_answer(R"({"id":"0","jsonrpc":"2.0","result":{}})", 70), 0u);
   EXPECT_FALSE(parse_incoming_answer(R"({"id":"0","jsonrpc":"2.0","result":{"in":[7]}})", 70));
   EXPECT_FALSE(parse_incoming_answer(R"({"id":"0","jsonrpc":"2.0","result":{"in":[{"type":"block"}]}})", 70));
   EXPECT_FALSE(parse_incoming_answer("", 70));
   EXPECT_EQ(*parse_wallet_height_answer(R"({"id":"0","jsonrpc":"2.0","result":{"height":71}})"), 71u);
   EXPECT_FALSE(parse_wallet_height_answer(R"({"id":"0","jsonrpc":"2.0","result":{}})"));
}

} // namespace nebula::monero::test
