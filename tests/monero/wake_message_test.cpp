#include "core/wake_message.h"
#include "vectors.h"

#include <gtest/gtest.h>

namespace nebula::monero::test {

TEST(WakeMessage, is_each_message_of_a_recorded_reorganisation) {
   for (const auto &value : vectors().at("zmq_messages_reorg").as_array())
      EXPECT_TRUE(is_wake_message(std::string(value.as_string())));
}

TEST(WakeMessage, is_nothing_else) {
   for (const char *other : {"", "json-full-miner_data", "json-full-miner_dat:{}", "json-minimal-txpool_add:[]",
                             "json-full-chain_main:[]", "xjson-full-miner_data:{}"})
      EXPECT_FALSE(is_wake_message(other)) << other;
}

} // namespace nebula::monero::test
