/// tests/golden/config/schema-suite.json, in the layout of the JSON Schema Test Suite: for every keyword of the subset,
/// values that fit and values that do not.

#include "host/config/json_value.h"
#include "host/config/validate.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace nebula::host::config {
namespace {

boost::json::array suite() {
   std::ifstream in(NEBULA_GOLDEN_DIR "/schema-suite.json");
   std::ostringstream text;
   text << in.rdbuf();
   return boost::json::parse(text.str()).as_array();
}

TEST(SchemaSuite, every_value_fits_or_does_not_as_the_suite_says) {
   std::size_t checked = 0;
   for (const boost::json::value &group : suite()) {
      const auto schema = parse_schema(boost::json::serialize(group.at("schema")), Unlisted::allowed);
      ASSERT_TRUE(schema) << group.at("description") << ": " << schema.error().message;
      for (const boost::json::value &test : group.at("tests").as_array()) {
         Mistakes mistakes;
         (void)validate(from_json(test.at("data"), {}), **schema, "", mistakes);
         EXPECT_EQ(mistakes.empty(), test.at("valid").as_bool())
            << group.at("description") << ", " << test.at("description") << ", " << test.at("data") << "\n"
            << (mistakes.empty() ? "" : mistakes.to_error().message);
         ++checked;
      }
   }
   EXPECT_GE(checked, 200u);
}

Value completed(std::string_view schema, std::string_view json) {
   Mistakes mistakes;
   Value value =
      validate(from_json(boost::json::parse(json), {}), **parse_schema(schema, Unlisted::allowed), "", mistakes);
   EXPECT_TRUE(mistakes.empty()) << mistakes.to_error().message;
   return value;
}

TEST(SchemaDefaults, are_filled_in_at_every_depth) {
   const Value value =
      completed(R"({"properties": {"a": {"default": 1}, "o": {"default": {}, "properties": {"b": {"default": [2]}}},
      "absent": {"properties": {"c": {"default": 3}}}}})",
                R"({"own": 9})");
   EXPECT_EQ(value.at("a")->as_int(), 1);
   EXPECT_EQ(value.at("o.b[0]")->as_int(), 2);
   EXPECT_EQ(value.at("absent"), nullptr); // only what has a default appears
   EXPECT_EQ(value.at("own")->as_int(), 9);
   EXPECT_EQ(value.at("o.b[0]")->origin().layer, Layer::schema_default);
   EXPECT_EQ(value.at("own")->origin().layer, Layer::built_in);
}

TEST(SchemaDefaults, that_do_not_fit_their_own_schema_are_mistakes) {
   Mistakes mistakes;
   (void)validate(Value::map({}),
                  **parse_schema(R"({"properties": {"a": {"type": "integer", "default": "x"}}})", Unlisted::allowed),
                  "", mistakes);
   EXPECT_EQ(mistakes.size(), 1u);
}

TEST(SchemaUnits, turn_texts_into_whole_numbers) {
   EXPECT_EQ(completed(R"({"type": "integer", "format": "duration", "units": "ms"})", "\"1.5s\"").as_int(), 1500);
   EXPECT_EQ(completed(R"({"type": "integer", "format": "duration"})", "\"2m\"").as_int(), 120);
   EXPECT_EQ(completed(R"({"type": "integer", "format": "size", "units": "MiB"})", "\"1GiB\"").as_int(), 1024);
   EXPECT_EQ(completed(R"({"type": ["integer", "string"], "format": "duration"})", "\"2m\"").as_string(), "2m");
   EXPECT_EQ(completed(R"({"type": "integer"})", "4.0").kind(), Kind::integer);
}

} // namespace
} // namespace nebula::host::config
