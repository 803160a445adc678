/// The view a plugin has of its configuration through the C table.

#include "host/config/config_api.h"

#include "host/config/yaml_reader.h"

#include <cstring>
#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

neb_str str(const char *text) {
   return {text, std::strlen(text)};
}
std::string text_of(neb_str text) {
   return text.len ? std::string(text.ptr, text.len) : "";
}

class ConfigApi : public ::testing::Test {
protected:
   ConfigApi() {
      Origin file;
      file.source = std::make_shared<const std::string>("node.yaml");
      Mistakes mistakes;
      tree_ = *read_yaml("b: true\ni: -5\nu: 18446744073709551615\nd: 1.5\ns: text\nn:\n"
                         "l: [1, {k: v}]\nm: {x: 1, y: 2}\n"
                         "t: 250ms\nz: 64KiB\nsec: 2\nfrac: 0.25\nneg: -1\n",
                         file, mistakes);
   }
   [[nodiscard]] const neb_config *at(const char *path) const { return api_.at(as_handle(tree_), str(path)); }

   template <class Out>
   std::string read(neb_status (*as)(const neb_config *, Out *), const char *path) const {
      Out out{};
      const neb_status status = as(at(path), &out);
      return status == NEB_OK ? std::to_string(out) : "status " + std::to_string(status);
   }

   Value tree_;
   const neb_ext_config api_ = config_table(nullptr);
};

TEST_F(ConfigApi, says_what_each_node_is) {
   const auto kind = [&](const char *path) { return api_.kind(at(path)); };
   EXPECT_EQ(kind("b"), NEB_CONFIG_BOOL);
   EXPECT_EQ(kind("i"), NEB_CONFIG_INT);
   EXPECT_EQ(kind("u"), NEB_CONFIG_INT);
   EXPECT_EQ(kind("d"), NEB_CONFIG_DOUBLE);
   EXPECT_EQ(kind("s"), NEB_CONFIG_STRING);
   EXPECT_EQ(kind("n"), NEB_CONFIG_NULL);
   EXPECT_EQ(kind("l"), NEB_CONFIG_LIST);
   EXPECT_EQ(kind("m"), NEB_CONFIG_MAP);
   EXPECT_EQ(kind("absent"), NEB_CONFIG_NULL);
}

TEST_F(ConfigApi, walks_lists_and_maps_in_file_order) {
   EXPECT_EQ(api_.count(at("l")), 2u);
   EXPECT_EQ(api_.count(at("m")), 2u);
   EXPECT_EQ(api_.count(at("s")), 0u);
   neb_str key{};
   int64_t value = 0;
   ASSERT_EQ(api_.as_i64(api_.item(at("m"), 1, &key), &value), NEB_OK);
   EXPECT_EQ(text_of(key), "y");
   EXPECT_EQ(value, 2);
   EXPECT_EQ(api_.item(at("m"), 2, nullptr), nullptr);
   EXPECT_NE(api_.item(at("l"), 0, nullptr), nullptr);
   neb_str text{};
   ASSERT_EQ(api_.as_str(at("l[1].k"), &text), NEB_OK);
   EXPECT_EQ(text_of(text), "v");
}

TEST_F(ConfigApi, gives_a_value_only_as_what_it_is) {
   EXPECT_EQ(read(api_.as_bool, "b"), "1");
   EXPECT_EQ(read(api_.as_i64, "i"), "-5");
   EXPECT_EQ(read(api_.as_u64, "u"), "18446744073709551615");
   EXPECT_EQ(read(api_.as_double, "d"), "1.500000");
   EXPECT_EQ(read(api_.as_double, "i"), "-5.000000");
   const std::string invalid = "status " + std::to_string(NEB_E_INVALID);
   EXPECT_EQ(read(api_.as_i64, "u"), invalid);
   EXPECT_EQ(read(api_.as_u64, "i"), invalid);
   EXPECT_EQ(read(api_.as_i64, "d"), invalid);
   EXPECT_EQ(read(api_.as_bool, "s"), invalid);
   const std::string absent = "status " + std::to_string(NEB_E_NOT_FOUND);
   EXPECT_EQ(read(api_.as_i64, "n"), absent);
   EXPECT_EQ(read(api_.as_i64, "nothing.here"), absent);
}

TEST_F(ConfigApi, reads_durations_and_sizes_with_and_without_units) {
   EXPECT_EQ(read(api_.as_duration_ns, "t"), "250000000");
   EXPECT_EQ(read(api_.as_duration_ns, "sec"), "2000000000");
   EXPECT_EQ(read(api_.as_duration_ns, "frac"), "250000000");
   EXPECT_EQ(read(api_.as_duration_ns, "neg"), "status " + std::to_string(NEB_E_INVALID));
   EXPECT_EQ(read(api_.as_duration_ns, "u"), "status " + std::to_string(NEB_E_INVALID));
   EXPECT_EQ(read(api_.as_size, "z"), "65536");
   EXPECT_EQ(read(api_.as_size, "sec"), "2");
   EXPECT_EQ(read(api_.as_size, "t"), "status " + std::to_string(NEB_E_INVALID));
}

TEST_F(ConfigApi, says_where_a_value_comes_from_with_a_text_that_stays) {
   const neb_str first = api_.where(at("s"));
   EXPECT_EQ(text_of(first), "node.yaml:5:4");
   EXPECT_EQ(api_.where(at("s")).ptr, first.ptr);
   EXPECT_EQ(api_.where(nullptr).len, 0u);
}

TEST_F(ConfigApi, takes_null_everywhere) {
   EXPECT_EQ(api_.at(nullptr, str("a")), nullptr);
   EXPECT_EQ(api_.count(nullptr), 0u);
   EXPECT_EQ(api_.item(nullptr, 0, nullptr), nullptr);
   EXPECT_EQ(api_.as_str(at("s"), nullptr), NEB_E_INVALID);
   EXPECT_EQ(api_.at(as_handle(tree_), {nullptr, 5}), nullptr);
   EXPECT_EQ(api_.at(as_handle(tree_), {nullptr, 0}), as_handle(tree_));
   EXPECT_EQ(at("bad..path"), nullptr);
   EXPECT_EQ(api_.size, sizeof(neb_ext_config));
}

} // namespace
} // namespace nebula::host::config
