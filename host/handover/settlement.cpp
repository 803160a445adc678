#include "host/handover/settlement.h"

namespace nebula::host::handover {

Result<void> settle(Channel &channel, std::chrono::milliseconds patience) {
   if (!channel.send(PacketType::running, {}))
      return {}; // it is gone already
   const auto answer = channel.receive(patience);
   if (answer || answer.error().kind == ErrorKind::unavailable)
      return {};
   // Its answer may come at this very moment: either it is here now, or it cannot be sent any more.
   channel.stop_receiving();
   if (const auto late = channel.receive(std::chrono::milliseconds(0)); late && late->type == PacketType::gone)
      return {};
   return answer.error();
}

Result<void> let_go(Channel &channel) {
   return channel.send(PacketType::gone, {});
}

} // namespace nebula::host::handover
