#pragma once

/// Whom a pool that is going down sends away, and when: nobody at first, for load balancers must notice; then all, in
/// random order and evenly, so that they do not arrive elsewhere at once.

#include "session.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace nebula::pool {

class Drain {
public:
   /// The part of the time in which all are served on, of 4.
   static constexpr std::uint64_t k_notice_parts = 1;

   Drain(std::vector<ConnectionId> connections, std::uint64_t seed, std::uint64_t now_ns, std::uint64_t until_ns)
      : left_(std::move(connections)), all_(left_.size()), begin_ns_(now_ns + (until_ns - now_ns) / 4 * k_notice_parts),
        until_ns_(until_ns) {
      std::mt19937_64 random(seed);
      std::shuffle(left_.begin(), left_.end(), random);
   }

   /// Whose time has come since the last call.
   [[nodiscard]] std::vector<ConnectionId> due(std::uint64_t now_ns) {
      const std::size_t keep = now_ns >= until_ns_ ? 0
                               : now_ns <= begin_ns_
                                  ? all_
                                  : static_cast<std::size_t>((until_ns_ - now_ns) * all_ / (until_ns_ - begin_ns_));
      std::vector<ConnectionId> out;
      while (left_.size() > keep) {
         out.push_back(left_.back());
         left_.pop_back();
      }
      return out;
   }
   [[nodiscard]] bool done() const { return left_.empty(); }

private:
   std::vector<ConnectionId> left_;
   std::size_t all_;
   std::uint64_t begin_ns_, until_ns_;
};

} // namespace nebula::pool
