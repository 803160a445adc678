#include "host/ctl/message.h"

#include <gtest/gtest.h>

namespace nebula::host::ctl {
namespace {

TEST(CtlMessage, a_request_survives_its_line) {
   const auto parsed = parse_request(to_line({7, "use", {{"algorithm", "randomx"}}}));
   ASSERT_TRUE(parsed) << parsed.error().message;
   EXPECT_EQ(parsed->id, 7u);
   EXPECT_EQ(parsed->method, "use");
   EXPECT_EQ(parsed->params.at("algorithm").as_string(), "randomx");
}

TEST(CtlMessage, a_malformed_request_is_refused_with_a_reason) {
   for (const auto *line :
        {"", "x", "[]", "{}", R"({"method":3})", R"({"method":"a","params":[]})", "{\"method\":\"a\"",
         R"({"method":"a","params":{"a":[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]}})"}) {
      const auto parsed = parse_request(line);
      ASSERT_FALSE(parsed) << line;
      EXPECT_FALSE(parsed.error().message.empty());
      EXPECT_EQ(parsed.error().kind, ErrorKind::usage);
   }
}

TEST(CtlMessage, a_strange_id_reads_as_zero) {
   EXPECT_EQ(parse_request(R"({"id":-4,"method":"a"})")->id, 0u);
   EXPECT_EQ(parse_request(R"({"id":"x","method":"a"})")->id, 0u);
   EXPECT_EQ(parse_request(R"({"id":1e99,"method":"a"})")->id, 0u);
}

TEST(CtlMessage, an_answer_carries_the_result_or_the_error_with_its_exit_status) {
   const auto good = parse_answer(answer_line(3, boost::json::value("yes")), 3);
   ASSERT_TRUE(good);
   EXPECT_EQ(good->as_string(), "yes");
   const auto bad = parse_answer(answer_line(3, Error{"no such plugin", ErrorKind::unavailable}), 3);
   ASSERT_FALSE(bad);
   EXPECT_EQ(bad.error(), (Error{"no such plugin", ErrorKind::unavailable}));
}

TEST(CtlMessage, the_answer_to_another_request_is_not_taken) {
   const auto odd = parse_answer(answer_line(3, Error{"nobody is \xE9\xC3\xA9", ErrorKind::unavailable}), 3);
   ASSERT_FALSE(odd);
   EXPECT_EQ(odd.error().message, "nobody is ?\xC3\xA9") << "whatever an error repeats, the answer is JSON";
   const auto unread = parse_answer(answer_line(0, Error{"not a JSON object in one line", ErrorKind::usage}), 3);
   ASSERT_FALSE(unread);
   EXPECT_EQ(unread.error().message, "not a JSON object in one line");
   EXPECT_FALSE(parse_answer(answer_line(4, boost::json::value(1)), 3));
   EXPECT_FALSE(parse_answer(R"({"id":3})", 3));
}

} // namespace
} // namespace nebula::host::ctl
