#include <gtest/gtest.h>

#include <thread>

#include "key_cache.h"
#include "support.h"

namespace nebula::test {
namespace {

using namespace nebula::randomx;

class Caches : public testing::Test {
protected:
   Maker maker_{{.huge_pages = false}, [] {}};
   KeyCaches caches_{maker_};
};

TEST_F(Caches, keep_the_three_keys_used_last) {
   const auto a = caches_.get(key_of("a")), b = caches_.get(key_of("b"));
   (void)caches_.get(key_of("c"));
   EXPECT_EQ(caches_.get(key_of("a")), a) << "and now b is the oldest";
   (void)caches_.get(key_of("d"));
   EXPECT_EQ(caches_.count(), k_keys_max);
   EXPECT_EQ(caches_.get(key_of("a")), a);
   EXPECT_NE(caches_.get(key_of("b")), b) << "b had to be made again";
}

TEST_F(Caches, make_a_key_once_for_all_threads_that_want_it) {
   std::vector<std::shared_ptr<KeyCache>> got(4);
   std::vector<std::thread> threads;
   for (auto &place : got)
      threads.emplace_back([&] { place = caches_.get(key_of("same")); });
   for (std::thread &thread : threads)
      thread.join();
   for (const auto &cache : got)
      EXPECT_EQ(cache, got.front());
}

TEST_F(Caches, live_as_long_as_a_machine_is_borrowed) {
   const Vector v = vectors().front();
   auto machine = caches_.get(key_of(v.key))->borrow();
   for (const char *other : {"x", "y", "z"})
      (void)caches_.get(key_of(other));
   const KeepRounding keep;
   Bytes digest(32);
   randomx_calculate_hash(machine.raw(), v.input.data(), v.input.size(), digest.data());
   EXPECT_EQ(digest, v.digest);
}

TEST_F(Caches, lend_a_returned_machine_again) {
   const auto cache = caches_.get(key_of("k"));
   randomx_vm *first = cache->borrow().raw();
   const auto again = cache->borrow();
   EXPECT_EQ(again.raw(), first);
   EXPECT_NE(cache->borrow().raw(), first);
}

TEST_F(Caches, refuse_a_key_over_60_bytes) {
   const std::string longest(60, 'k'), longer(61, 'k');
   EXPECT_NO_THROW((void)caches_.get(key_of(longest)));
   EXPECT_THROW((void)caches_.get(key_of(longer)), Error);
}

} // namespace
} // namespace nebula::test
