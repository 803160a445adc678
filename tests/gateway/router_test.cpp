#include "core/router.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace nebula::gateway {
namespace {

[[nodiscard]] std::shared_ptr<Route> route(std::string method, std::string_view pattern) {
   std::string why;
   auto made = std::make_shared<Route>();
   made->method = std::move(method);
   made->pattern = Pattern::parse(pattern, why).value();
   return made;
}

TEST(Router, the_more_specific_route_wins_whatever_the_order_of_adding) {
   for (const bool general_first : {true, false}) {
      Router router;
      std::string why;
      const auto general = route("GET", "/a/{x}");
      const auto fixed = route("GET", "/a/b");
      ASSERT_EQ(router.add(general_first ? general : fixed, why), NEB_OK);
      ASSERT_EQ(router.add(general_first ? fixed : general, why), NEB_OK);
      EXPECT_EQ(router.match("GET", "/a/b").route, fixed);
      EXPECT_EQ(router.match("GET", "/a/c").route, general);
   }
}

TEST(Router, head_is_answered_by_get) {
   Router router;
   std::string why;
   const auto get = route("GET", "/a");
   ASSERT_EQ(router.add(get, why), NEB_OK);
   EXPECT_EQ(router.match("HEAD", "/a").route, get);
}

TEST(Router, names_the_methods_of_a_path_that_has_others) {
   Router router;
   std::string why;
   ASSERT_EQ(router.add(route("GET", "/a"), why), NEB_OK);
   ASSERT_EQ(router.add(route("POST", "/a"), why), NEB_OK);
   const auto match = router.match("DELETE", "/a");
   EXPECT_FALSE(match.route);
   EXPECT_EQ(match.allowed, (std::vector<std::string>{"GET", "POST"}));
   EXPECT_TRUE(router.match("GET", "/b").allowed.empty());
}

TEST(Router, refuses_a_clash_and_a_method_it_does_not_know) {
   Router router;
   std::string why;
   ASSERT_EQ(router.add(route("GET", "/a/{x}"), why), NEB_OK);
   EXPECT_EQ(router.add(route("GET", "/a/{y}"), why), NEB_E_EXISTS);
   EXPECT_NE(why.find("/a/{x}"), std::string::npos);
   EXPECT_EQ(router.add(route("FETCH", "/b"), why), NEB_E_INVALID);
}

TEST(Router, is_bounded) {
   Router router;
   std::string why;
   for (std::size_t i = 0; i < k_routes_max; ++i) {
      ASSERT_EQ(router.add(route("GET", "/r" + std::to_string(i)), why), NEB_OK);
   }
   EXPECT_EQ(router.add(route("GET", "/one-more"), why), NEB_E_FULL);
}

TEST(Router, removal_waits_for_the_handler_that_runs) {
   Router router;
   std::string why;
   const auto slow = route("GET", "/slow");
   ASSERT_EQ(router.add(slow, why), NEB_OK);
   std::atomic<bool> inside{false};
   std::atomic<bool> handler_done{false};
   std::thread handler([&] {
      const std::lock_guard running(slow->running);
      inside = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      handler_done = true;
   });
   while (!inside) {
      std::this_thread::yield();
   }
   router.remove(slow.get());
   EXPECT_TRUE(handler_done);
   EXPECT_TRUE(slow->removed);
   EXPECT_FALSE(router.match("GET", "/slow").route);
   handler.join();
   router.remove(slow.get()); // a second time is harmless
}

} // namespace
} // namespace nebula::gateway
