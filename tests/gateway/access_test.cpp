#include "core/access.h"

#include <gtest/gtest.h>

namespace nebula::gateway {
namespace {

TEST(Access, loopback_needs_no_token_but_a_name_of_this_machine) {
   const AccessRules rules{"", true, "127.0.0.1", {"node.lan"}};
   for (const auto *host : {"127.0.0.1:8080", "localhost:8080", "[::1]:8080", "127.9.9.9", "node.lan:8080"}) {
      EXPECT_EQ(check_access(rules, "/metrics", host, ""), Access::granted) << host;
   }
   for (const auto *host : {"evil.example", "127.0.0.1.evil.example:8080", "127.evil", "", "node.lan.evil"}) {
      EXPECT_EQ(check_access(rules, "/metrics", host, ""), Access::wrong_host) << host;
   }
}

TEST(Access, probes_pass_under_any_name_and_without_a_token) {
   const AccessRules rules{"0123456789abcdef", true, "127.0.0.1", {}};
   EXPECT_EQ(check_access(rules, "/livez", "10.0.0.7:8080", ""), Access::granted);
   EXPECT_EQ(check_access(rules, "/readyz", "", ""), Access::granted);
   EXPECT_EQ(check_access(rules, "/healthz", "localhost", ""), Access::no_token);
}

TEST(Access, a_token_is_compared_whole) {
   const AccessRules rules{"0123456789abcdef", false, "0.0.0.0", {}};
   EXPECT_EQ(check_access(rules, "/", "any", "Bearer 0123456789abcdef"), Access::granted);
   EXPECT_EQ(check_access(rules, "/", "any", "bearer  0123456789abcdef"), Access::granted); // a scheme has no case
   EXPECT_EQ(check_access(rules, "/", "any", "Bearer 0123456789abcdeX"), Access::wrong_token);
   EXPECT_EQ(check_access(rules, "/", "any", "Bearer 0123456789abcdef0123456789abcdef"), Access::wrong_token);
   EXPECT_EQ(check_access(rules, "/", "any", "Bearer "), Access::wrong_token);
   EXPECT_EQ(check_access(rules, "/", "any", "Basic 0123456789abcdef"), Access::no_token);
}

TEST(Access, a_public_server_may_be_held_to_names) {
   const AccessRules rules{"", false, "0.0.0.0", {"pool.example"}};
   EXPECT_EQ(check_access(rules, "/", "pool.example", ""), Access::granted);
   EXPECT_EQ(check_access(rules, "/", "other.example", ""), Access::wrong_host);
}

TEST(Access, splits_addresses) {
   EXPECT_EQ(split_host_port("127.0.0.1:80").port, "80");
   EXPECT_EQ(split_host_port("[::1]:80").host, "::1");
   EXPECT_EQ(split_host_port("[::1]:80").port, "80");
   EXPECT_EQ(split_host_port("name").host, "name");
   EXPECT_EQ(split_host_port("[").port, "");
}

} // namespace
} // namespace nebula::gateway
