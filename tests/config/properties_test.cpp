/// Properties that must hold for every configuration, tried on random ones. A failure names its seed; to run one seed
/// again, set NEBULA_TEST_SEED.

#include "host/config/merge.h"
#include "host/config/overrides.h"
#include "host/config/render.h"
#include "host/config/units.h"
#include "host/config/yaml_reader.h"
#include "memory_files.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

namespace nebula::host::config {
namespace {

std::vector<std::uint64_t> seeds(std::size_t count) {
   if (const char *one = std::getenv("NEBULA_TEST_SEED"))
      return {std::strtoull(one, nullptr, 10)};
   std::vector<std::uint64_t> all;
   for (std::size_t i = 0; i < count; ++i)
      all.push_back(1000 + i);
   return all;
}

class Random {
public:
   explicit Random(std::uint64_t seed) : engine_(seed) {}
   std::size_t below(std::size_t limit) { return static_cast<std::size_t>(engine_() % limit); }

   std::string text() {
      static const std::vector<std::string> pieces{
         "a",    "B",    "7",   " ",   ":", "#",    "-",    "'",  "\"", "\\", "\n", "\t",      "{", "}",
         "[",    "]",    ",",   "&",   "*", "!",    "|",    ">",  "%",  "@",  "$",  "${",      "é", "💎",
         "null", "true", "0x1", "1e5", "~", "\x01", "\x7f", "<<", "?",  "=",  ".",  "\xC2\x85"};
      std::string out;
      for (std::size_t i = below(6); i > 0; --i)
         out += pieces[below(pieces.size())];
      return out;
   }
   Value value(std::size_t depth) {
      switch (below(depth == 0 ? 6 : 8)) {
      case 0:
         return Value::null();
      case 1:
         return Value::boolean(below(2) == 0);
      case 2:
         return Value::integer(static_cast<std::int64_t>(engine_()));
      case 3:
         return Value::unsigned_integer(engine_());
      case 4:
         return Value::real(static_cast<double>(static_cast<std::int64_t>(engine_())) / 1024.0);
      case 5:
         return Value::string(text());
      case 6: {
         std::vector<Value> items;
         for (std::size_t i = below(4); i > 0; --i)
            items.push_back(value(depth - 1));
         return Value::list(std::move(items));
      }
      default:
         return map(depth - 1);
      }
   }
   Value map(std::size_t depth) {
      std::vector<Entry> entries;
      for (std::size_t i = below(4); i > 0; --i) {
         std::string key = text();
         bool taken = key == "<<";
         for (const Entry &entry : entries)
            taken = taken || entry.key == key;
         if (!taken)
            entries.push_back({std::move(key), {}, value(depth)});
      }
      return Value::map(std::move(entries));
   }

private:
   std::mt19937_64 engine_;
};

/// Redaction is by key and by URL; the random texts hold neither "://" nor a word that sounds secret.
TEST(Properties, every_tree_survives_being_written_and_read) {
   for (const std::uint64_t seed : seeds(400)) {
      const Value tree = Random(seed).value(4);
      for (const std::string &text : {render_yaml(tree, ShowOrigin::no), render_json(tree, ShowOrigin::no)}) {
         Mistakes mistakes;
         const auto again = read_yaml(text, {}, mistakes);
         ASSERT_TRUE(again) << "seed " << seed << "\n" << text << mistakes.to_error().message;
         ASSERT_TRUE(same_content(*again, tree)) << "seed " << seed << "\n" << text;
      }
   }
}

TEST(Properties, merging_nothing_changes_nothing_and_merging_twice_is_merging_once) {
   for (const std::uint64_t seed : seeds(300)) {
      Random random(seed);
      const Value base = random.map(3);
      const Value overlay = random.map(3);
      Mistakes mistakes;
      const Value once = merge(base, overlay, KeyMatch::exact, mistakes);
      ASSERT_TRUE(same_content(merge(base, Value::map({}), KeyMatch::exact, mistakes), base)) << "seed " << seed;
      ASSERT_TRUE(same_content(merge(once, overlay, KeyMatch::exact, mistakes), once)) << "seed " << seed;
      ASSERT_TRUE(same_content(merge(Value::map({}), once, KeyMatch::exact, mistakes), once)) << "seed " << seed;
   }
}

TEST(Properties, a_name_set_in_any_way_is_the_text_as_written) {
   for (const std::uint64_t seed : seeds(200)) {
      Random random(seed);
      std::string name;
      for (std::size_t i = random.below(12) + 1; i > 0; --i)
         name += "0123456789eExX.-_abfn"[random.below(21)];
      LoadRequest by_environment = testing::request_of({{"node.yaml", "node: {data: d}\n"}});
      by_environment.environment = {{"NEBULA__NODE__NAME", name}};
      LoadRequest by_option = testing::request_of({{"node.yaml", "node: {data: d}\n"}});
      by_option.overrides = {{"node.name", name, ""}};
      LoadRequest by_variable = testing::request_of({{"node.yaml", "node: {name: \"${N}\"}\n"}});
      by_variable.environment = {{"N", name}};
      for (const LoadRequest &request : {by_environment, by_option, by_variable}) {
         const auto loaded = load(request);
         ASSERT_TRUE(loaded) << "seed " << seed << ": " << loaded.error().message;
         ASSERT_EQ(testing::text_at(loaded->root, "node.name"), name) << "seed " << seed;
      }
   }
}

TEST(Properties, a_loaded_configuration_loads_again_to_the_same) {
   for (const std::uint64_t seed : seeds(100)) {
      Random random(seed);
      LoadRequest request = testing::request_of({{"node.yaml", "plugins: [{id: miner}, {id: pool}]\n"}});
      const std::vector<Override> choices{{"log.level", "warn", ""},          {"log.max_size", "2MiB", ""},
                                          {"node.name", "007", ""},           {"executor.threads", "3", ""},
                                          {"plugins.pool", "null", ""},       {"plugin_path", "[a, b]", ""},
                                          {"plugins.miner.config.a", "1", ""}};
      for (const Override &choice : choices)
         if (random.below(2) == 0)
            request.overrides.push_back(choice);
      const auto first = load(request);
      ASSERT_TRUE(first) << "seed " << seed << ": " << first.error().message;
      const auto second = load(testing::request_of({{"node.yaml", render_yaml(first->root, ShowOrigin::no)}}));
      ASSERT_TRUE(second) << "seed " << seed << ": " << second.error().message;
      ASSERT_TRUE(same_content(first->root, second->root)) << "seed " << seed;
   }
}

TEST(Properties, durations_and_sizes_of_whole_units_read_exactly) {
   for (const std::uint64_t seed : seeds(300)) {
      Random random(seed);
      const std::uint64_t count = random.below(1'000'000);
      ASSERT_EQ(parse_duration(std::to_string(count) + "ms"), count * 1'000'000) << "seed " << seed;
      ASSERT_EQ(parse_size(std::to_string(count) + "KiB"), count * 1024) << "seed " << seed;
   }
}

} // namespace
} // namespace nebula::host::config
