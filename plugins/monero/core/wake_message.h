#pragma once

/// Messages of the daemon's ZMQ publisher. They only wake: during a reorganisation they repeat and go back.

#include <array>
#include <string_view>

namespace nebula::monero {

inline constexpr std::array<std::string_view, 2> k_wake_topics = {"json-full-miner_data", "json-minimal-chain_main"};

/// Whether this message says that there may be a new tip. Its content is not read.
[[nodiscard]] constexpr bool is_wake_message(std::string_view message) {
   for (const std::string_view topic : k_wake_topics)
      if (message.size() > topic.size() && message.starts_with(topic) && message[topic.size()] == ':')
         return true;
   return false;
}

} // namespace nebula::monero
