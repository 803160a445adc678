#include "host/config/suggest.h"

#include <gtest/gtest.h>

namespace nebula::host::config {
namespace {

TEST(Suggest, a_swap_of_neighbours_is_one_edit) {
   EXPECT_EQ(edit_distance("threads", "theards"), 2u);
   EXPECT_EQ(edit_distance("node", "ndoe"), 1u);
   EXPECT_EQ(edit_distance("", "abc"), 3u);
   EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
   EXPECT_EQ(edit_distance("max-size", "MAX_SIZE"), 0u);
}

TEST(Suggest, offers_the_nearest_known_word_and_none_that_is_far) {
   const std::vector<std::string> known{"threads", "work", "algorithm"};
   EXPECT_EQ(nearest("thread", known), "threads");
   EXPECT_EQ(nearest("algo", known), "algorithm");
   EXPECT_EQ(nearest("wrok", known), "work");
   EXPECT_EQ(nearest("password", known), "");
   EXPECT_EQ(nearest("", known), "");
   EXPECT_EQ(nearest(std::string(10'000, 'x'), known), "");
}

TEST(Suggest, lists_the_known_words_when_they_are_few) {
   EXPECT_EQ(suggestion("zzzzzz", {"a_b", "c_d"}), "; known here: a_b, c_d");
   EXPECT_EQ(suggestion("thread", {"threads"}), "; did you mean \"threads\"?");
   EXPECT_EQ(suggestion("zzzzzz", {}), "");
}

} // namespace
} // namespace nebula::host::config
