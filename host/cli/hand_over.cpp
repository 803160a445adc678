#include "host/cli/hand_over.h"

#include "host/cli/version.h"
#include "host/handover/peer_process.h"
#include "host/handover/settlement.h"

namespace nebula::host::cli {

namespace {

using namespace std::chrono_literals;
using handover::PacketType;

// For instances to come to a point from which another can go on.
constexpr std::uint64_t k_give_ns = 10'000'000'000;
// For the new node to start. One that takes longer is killed, for only then is the data folder free.
constexpr auto k_start = 45s;
constexpr auto k_end = 10s;

// Until it has closed all that is in the data folder. One that takes too long is killed, for only then is the folder
// free.
[[nodiscard]] bool wait_for_end(handover::Channel &channel, handover::PeerProcess &successor) {
   const auto said = channel.receive(k_end);
   if (!said && said.error().kind == ErrorKind::unavailable) {
      return false;
   }
   successor.kill();
   (void)successor.ended(k_end);
   return true;
}

// Why the new node does not run; empty: it does, and this one must not.
[[nodiscard]] std::string wait_for_successor(handover::Channel &channel, handover::PeerProcess &successor) {
   const auto answer = channel.receive(k_start);
   if (!answer) {
      if (answer.error().kind != ErrorKind::temporary) {
         return "it ended";
      }
      successor.kill();
      (void)successor.ended(k_end);
      return "it did not start in time and was killed";
   }
   if (answer->type != PacketType::running) {
      return answer->bytes.empty() ? "it does not say why" : answer->bytes;
   }
   if (handover::let_go(channel) && !successor.ended(0ms)) {
      return {};
   }
   return wait_for_end(channel, successor) ? "it gave up waiting for this node, did not end and was killed"
                                           : "it ended, for this node did not answer it in time";
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
   auto successor = handover::PeerProcess::of(channel);
   if (!successor) {
      (void)channel.send(PacketType::failed, successor.error().message);
      return {HandOver::back, successor.error().message};
   }
   std::vector<HandedOver> estate;
   const auto given = node.give(node.services().clock.monotonic_ns() + k_give_ns, estate);
   if (!given && estate.empty()) { // nobody has let go of anything: all run on as they are
      (void)channel.send(PacketType::failed, given.error().message);
      return {HandOver::back, given.error().message};
   }
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
   if (const auto why = wait_for_successor(channel, *successor); !why.empty()) {
      return take_back(node, estate, why);
   }
   return {HandOver::gone, {}};
}

} // namespace nebula::host::cli
