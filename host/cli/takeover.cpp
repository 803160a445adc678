#include "host/cli/takeover.h"

#include "host/ctl/client.h"
#include "host/ctl/server.h"
#include "host/handover/settlement.h"

namespace nebula::host::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto k_ask = 30s;
// The old node finishes what is being verified and closes its stores.
constexpr auto k_estate = 60s;
constexpr auto k_settle = 10s;

} // namespace

Result<Takeover::Found> Takeover::from(const std::string &data) {
   if (const auto made = make_data_folder(data); !made) {
      return made.error();
   }
   const auto path = data + "/takeover.sock";
   auto meeting = handover::Meeting::at(path);
   if (!meeting) {
      return meeting.error();
   }
   const auto asked = ctl::call(ctl::socket_path(data), "handover", {{"socket", path}}, k_ask);
   if (!asked) {
      if (asked.error().kind == ErrorKind::unavailable) {
         return Found{};
      }
      if (asked.error().kind == ErrorKind::temporary) {
         return Found{{}, asked.error().message}; // it is stopping, or gone
      }
      return asked.error().within("the running node does not hand over");
   }
   auto channel = meeting->wait(k_ask);
   if (!channel) {
      return channel.error();
   }
   auto estate = handover::receive_estate(*channel, k_estate);
   if (!estate) {
      if (estate.error().kind == ErrorKind::unavailable) {
         return Found{{}, estate.error().message};
      }
      return estate.error();
   }
   return Found{Takeover(std::move(*channel), std::move(*estate)), {}};
}

void Takeover::give_up(const std::string &why) {
   (void)channel_.send(handover::PacketType::failed, std::string_view(why).substr(0, handover::k_packet_bytes_max));
}

Result<void> Takeover::settle() {
   return handover::settle(channel_, k_settle);
}

} // namespace nebula::host::cli
