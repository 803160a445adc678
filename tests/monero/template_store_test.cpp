#include "core/template_store.h"
#include "vectors.h"

#include <gtest/gtest.h>

namespace nebula::monero::test {

TEST(TemplateStore, marks_a_template_clean_when_its_parent_is_another) {
   TemplateStore store;
   EXPECT_TRUE(store.offer(work_of(template_vector(0)), false)->clean);
   EXPECT_FALSE(store.offer(work_of(template_vector(0)), true)->clean);
   EXPECT_TRUE(store.offer(work_of(template_vector(1)), false)->clean);
}

TEST(TemplateStore, says_nothing_of_a_template_that_differs_by_its_time_only) {
   TemplateStore store;
   ASSERT_TRUE(store.offer(work_of(template_vector(0)), false));
   TemplateAnswer later = answer_of(template_vector(0));
   later.blob[2] ^= 1; // the lowest byte of the timestamp
   later.hashing_blob[2] ^= 1;
   const auto work = BlockWork::make(later, 8, 16);
   ASSERT_TRUE(work) << work.error().text;
   EXPECT_FALSE(store.offer(*work, false));
   EXPECT_TRUE(store.offer(*work, true));
}

TEST(TemplateStore, keeps_the_last_sixteen_and_never_reuses_an_id) {
   TemplateStore store;
   const auto work = work_of(template_vector(3));
   std::uint64_t last = 0;
   for (std::size_t i = 0; i < k_templates_kept + 5; ++i) {
      const auto stored = store.offer(work, true);
      EXPECT_GT(stored->id, last);
      last = stored->id;
   }
   EXPECT_EQ(store.find(last - k_templates_kept), nullptr);
   EXPECT_NE(store.find(last - k_templates_kept + 1), nullptr);
   EXPECT_EQ(store.find(last + 1), nullptr);
}

TEST(TemplateStore, knows_which_templates_build_on_the_tip) {
   TemplateStore store;
   const auto older = work_of(template_vector(0));
   EXPECT_FALSE(store.on_tip(*older));
   ASSERT_TRUE(store.offer(older, false));
   EXPECT_TRUE(store.on_tip(*older));
   ASSERT_TRUE(store.offer(work_of(template_vector(1)), false));
   EXPECT_FALSE(store.on_tip(*older));
}

} // namespace nebula::monero::test
