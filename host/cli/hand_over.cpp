#include "host/cli/hand_over.h"

#include "host/cli/version.h"

#include <csignal>

namespace nebula::host::cli {

namespace {

using namespace std::chrono_literals;
using handover::PacketType;

// For instances to come to a point from which another can go on.
constexpr std::uint64_t k_give_ns = 10'000'000'000;
// For the new node to start. One that takes longer is killed, for only then is the data folder free.
constexpr auto k_start = 45s;
constexpr auto k_end = 10s;

// Why the new node does not run; empty: it does.
[[nodiscard]] std::string wait_for_successor(handover::Channel &channel) {
   auto answer = channel.receive(k_start);
   if (answer) {
      return answer->type == PacketType::running ? "" : answer->bytes.empty() ? "it does not say why" : answer->bytes;
   }
   if (answer.error().kind == ErrorKind::temporary && channel.peer() > 0) {
      ::kill(channel.peer(), SIGKILL);
      (void)channel.receive(k_end); // ends when it is gone
      return "it did not start in time and was killed";
   }
   return "it ended";
}

[[nodiscard]] HandOverOutcome take_back(Node &node, std::vector<HandedOver> &estate, const std::string &why) {
   if (const auto started = node.start(estate); !started) {
      return {HandOver::broken, why + "; and this node does not start again: " + started.error().message};
   }
   node.resume();
   return {HandOver::back, why};
}

} // namespace

HandOverOutcome hand_over(Node &node, handover::Channel channel, const Descriptor &lock) {
   std::vector<HandedOver> estate;
   const auto given = node.give(node.services().clock.monotonic_ns() + k_give_ns, estate);
   if (!node.stop()) {
      return {HandOver::broken, "a plugin does not stop; its data may be in use"};
   }
   if (!given) {
      (void)channel.send(PacketType::failed, given.error().message);
      return take_back(node, estate, given.error().message);
   }
   if (const auto sent = handover::send_estate(channel, NEBULA_VERSION, estate, lock); !sent) {
      return take_back(node, estate, sent.error().message);
   }
   if (const auto why = wait_for_successor(channel); !why.empty()) {
      return take_back(node, estate, why);
   }
   (void)channel.send(PacketType::gone, {});
   return {HandOver::gone, {}};
}

} // namespace nebula::host::cli
