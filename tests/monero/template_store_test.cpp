#include "core/template_store.h"
#include "vectors.h"

#include <gtest/gtest.h>

namespace nebula::monero::test {

namespace {

// The first template with its time moved.
std::shared_ptr<const BlockWork> later_by(std::uint64_t seconds) {
   return work_again(template_vector(0), seconds);
}

} // namespace

TEST(TemplateStore, marks_a_template_clean_when_its_parent_is_another) {
   TemplateStore store;
   EXPECT_TRUE(store.offer(work_of(template_vector(0)))->clean);
   EXPECT_FALSE(store.offer(later_by(60))->clean);
   EXPECT_TRUE(store.offer(work_of(template_vector(1)))->clean);
}

TEST(TemplateStore, says_nothing_of_a_template_that_differs_by_less_than_a_minute_only) {
   TemplateStore store;
   ASSERT_TRUE(store.offer(work_of(template_vector(0))));
   EXPECT_FALSE(store.offer(later_by(59)));
   EXPECT_TRUE(store.offer(later_by(60)));
}

TEST(TemplateStore, keeps_the_last_sixteen_and_never_reuses_an_id) {
   TemplateStore store;
   std::uint64_t last = 0;
   for (std::size_t i = 0; i < k_templates_kept + 5; ++i) {
      const auto stored = store.offer(work_of(template_vector(i % 11)));
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
   ASSERT_TRUE(store.offer(older));
   EXPECT_TRUE(store.on_tip(*older));
   ASSERT_TRUE(store.offer(work_of(template_vector(1))));
   EXPECT_FALSE(store.on_tip(*older));
}

} // namespace nebula::monero::test
