#include "host/config/diff.h"

#include "host/config/yaml_reader.h"

#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

std::string diff_of(std::string_view before, std::string_view after) {
   Mistakes mistakes;
   Origin file;
   file.layer = Layer::file;
   file.source = std::make_shared<const std::string>("n");
   return render_diff(diff(read_yaml(before, file, mistakes).value(), read_yaml(after, file, mistakes).value()));
}

TEST(Diff, names_what_changed_came_and_went) {
   EXPECT_EQ(diff_of("{a: {x: 1, y: 2}, g: z}", "{a: {x: 1, y: [3]}, n: {k: true}}"),
             "~ a.y: 2 -> [3] (n:1:15)\n- g: \"z\"\n+ n: {\"k\": true} (n:1:24)\n");
}

TEST(Diff, ignores_order_and_ways_of_writing) {
   EXPECT_EQ(diff_of("{a: 1, b: 0x10}", "{b: 16, a: 1.0}"), "");
   EXPECT_EQ(diff_of("plugins: [{id: a}, {id: b}]", "plugins: [{id: b}, {id: a}]"), "");
}

TEST(Diff, matches_plugins_by_instance) {
   EXPECT_EQ(
      diff_of("plugins: [{id: a}, {id: m, as: two, config: {t: 1}}]",
              "plugins: [{id: m, as: two, config: {t: 2}}, {id: c}]"),
      "- plugins.a: {\"id\": \"a\"}\n~ plugins.two.config.t: 1 -> 2 (n:1:40)\n+ plugins.c: {\"id\": \"c\"} (n:1:45)\n");
}

TEST(Diff, says_that_a_secret_changed_but_not_what_it_is) {
   EXPECT_EQ(diff_of("{password: old}", "{password: new}"), "~ password: \"(secret)\" -> \"(secret)\" (n:1:12)\n");
   EXPECT_EQ(diff_of("{}", "{a: {token: new}}"), "+ a: {\"token\": \"(secret)\"} (n:1:5)\n");
}

} // namespace
} // namespace nebula::host::config
