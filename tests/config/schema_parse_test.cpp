/// What a plugin author is told about a configuration schema that means nothing.

#include "host/config/schema.h"

#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

std::string problem_of(std::string_view json) {
   const auto schema = parse_schema(json, Unlisted::refused);
   return schema ? "" : schema.error().message;
}

void expect_problem(std::string_view json, std::string_view words) {
   EXPECT_NE(problem_of(json).find(words), std::string::npos) << json << "\n-> " << problem_of(json);
}

TEST(SchemaParse, names_the_place_and_the_remedy) {
   EXPECT_EQ(problem_of(R"({"properties": {"a": {"type": "int"}}})"),
             "the configuration schema: properties.a.type: a type is one of null, boolean, integer, number, string, "
             "array, object");
   expect_problem(R"({"requried": []})", "requried: unknown keyword; did you mean \"required\"?");
   expect_problem(R"({"allOf": []})", "allOf: this keyword is not part of the subset");
   expect_problem(R"({"properties": {"a": {"$ref": "#"}}})", "$ref");
   expect_problem(R"({"format": "tcp-adress"})", "did you mean \"tcp-address\"?");
   expect_problem(R"({"pattern": "("})", "is not a regular expression");
   expect_problem(R"({"minimum": "5"})", "minimum: a number is needed");
   expect_problem(R"({"minLength": -1})", "a whole number from 0 is needed");
   expect_problem(R"({"enum": []})", "at least one value");
   expect_problem(R"({"oneOf": []})", "at least one schema");
   expect_problem(R"({"required": ["b"], "properties": {"a": {}}})", "\"b\" is not among the properties");
   expect_problem(R"({"type": "integer", "format": "duration", "units": "fortnights"})",
                  "units of a whole-number duration");
   expect_problem("[]", "a schema is a JSON object");
   expect_problem("{", "is not JSON");
   expect_problem("", "is not JSON");
}

TEST(SchemaParse, is_bounded) {
   std::string deep;
   for (int i = 0; i < 30; ++i)
      deep += R"({"items": )";
   expect_problem(deep + "{}" + std::string(30, '}'), "nested too deep");
   expect_problem("{\"description\": \"" + std::string(300'000, 'x') + "\"}", "more than");
   expect_problem("{\"pattern\": \"" + std::string(300, 'x') + "\"}", "at most 256 bytes");
}

TEST(SchemaParse, annotations_may_say_anything) {
   EXPECT_EQ(problem_of(
                R"({"$schema": "x", "title": "t", "examples": [1], "x-ours": {}, "deprecated": true, "$comment": ""})"),
             "");
}

TEST(SchemaParse, a_pattern_that_explodes_elsewhere_is_fast_here) {
   const auto pattern = Pattern::compile("^(a+)+$");
   ASSERT_TRUE(pattern);
   EXPECT_FALSE(pattern->found_in(std::string(2000, 'a') + "b"));
   EXPECT_TRUE(pattern->found_in(std::string(2000, 'a')));
   EXPECT_FALSE(pattern->found_in(std::string(100'000, 'a'))); // longer than is ever looked at
}

} // namespace
} // namespace nebula::host::config
