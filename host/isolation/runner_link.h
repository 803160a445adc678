#pragma once

/// The runner's end of the control channel.

#include "host/isolation/message.h"
#include "host/plugin/image.h"

#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace nebula::host {

class RunnerLink {
public:
   explicit RunnerLink(int channel) : channel_(channel) {}

   /// The next message and the descriptor that came with it; nullopt: the host let go of us, or is no more. One thread.
   [[nodiscard]] std::optional<Message> receive(Descriptor &descriptor);
   /// Thread-safe. What cannot be sent any more is of no interest to anybody.
   void send(const Message &message);
   void answer(std::uint64_t id, const Answer &answer) { send({MessageKind::answer, id, to_payload(answer)}); }

private:
   [[nodiscard]] bool more();

   const int channel_;
   std::string stream_;
   std::deque<Descriptor> descriptors_; // in the order of the messages that they came with
   std::mutex send_mutex_;
};

} // namespace nebula::host
