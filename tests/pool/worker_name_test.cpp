#include <gtest/gtest.h>

#include "core/worker_name.h"

namespace nebula::pool {
namespace {

TEST(WorkerName, is_a_wallet_with_a_worker_and_a_difficulty) {
   const auto full = read_worker_name("ZION_AB.rig7+5000", "x");
   EXPECT_EQ(full.wallet, "ZION_AB");
   EXPECT_EQ(full.worker, "rig7");
   EXPECT_EQ(full.difficulty, 5000.0);
   EXPECT_EQ(full.full(), "ZION_AB.rig7");

   const auto wallet = read_worker_name("ZION_AB", "cosmic_harmony");
   EXPECT_EQ(wallet.wallet, "ZION_AB");
   EXPECT_EQ(wallet.worker, "");
   EXPECT_EQ(wallet.difficulty, std::nullopt);
   EXPECT_EQ(wallet.full(), "ZION_AB");
}

TEST(WorkerName, takes_the_rig_of_xmrig_when_the_login_names_none) {
   EXPECT_EQ(read_worker_name("W", "x", "rig7").worker, "rig7");
   EXPECT_EQ(read_worker_name("W.a", "x", "rig7").worker, "a");
}

TEST(WorkerName, reads_options_of_the_password) {
   EXPECT_EQ(read_worker_name("W", "d=1000").difficulty, 1000.0);
   EXPECT_EQ(read_worker_name("W", "x,diff=0.5;algo=yescrypt").difficulty, 0.5);
   EXPECT_EQ(read_worker_name("W", "difficulty=7 x").difficulty, 7.0);
   EXPECT_EQ(read_worker_name("W+3", "d=1000").difficulty, 3.0);
}

TEST(WorkerName, leaves_alone_what_is_no_difficulty) {
   EXPECT_EQ(read_worker_name("W.a+b", "x").worker, "a+b");
   for (const char *password : {"d=", "d=x", "d=-1", "d=0", "d=1e999", "d=nan", "d=inf", "d=1x", "dd=5", "d"})
      EXPECT_EQ(read_worker_name("W", password).difficulty, std::nullopt) << password;
   EXPECT_EQ(read_worker_name("", "").wallet, "");
}

} // namespace
} // namespace nebula::pool
