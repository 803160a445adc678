// Tiny tables, which make an algorithm's blocks nearly free, are for the development network alone.

#include "pow/real_backends.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nebula::host::real {

namespace {

TEST(TinyTables, AreRefusedOnEveryNetworkButTheDevelopmentOne) {
   const auto all = subjects();
   const auto autolykos2 =
      std::find_if(all.begin(), all.end(), [](const Subject &each) { return each.algorithm == "autolykos2"; });
   if (autolykos2 == all.end())
      GTEST_SKIP() << "SKIPPED: this build has no autolykos2";
   EXPECT_TRUE(PluginNode::make(*autolykos2, false));
   for (const std::string network : {"nebula-main", "dev", "nebula-dev-2"}) {
      const auto made = PluginNode::make(*autolykos2, false, network);
      ASSERT_FALSE(made) << network;
      EXPECT_NE(made.error().message.find("development_tiny_table: expected false, since this node's network is " +
                                          network + "; tiny tables are for nebula-dev"),
                std::string::npos)
         << made.error().message;
   }
}

} // namespace

} // namespace nebula::host::real
