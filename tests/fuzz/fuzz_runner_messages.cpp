// LINK: nebula_host_isolation
#include "host/isolation/message.h"

#include <cstdint>

using namespace nebula::host;

// What a runner sends: a stream, then each payload as every kind of message. What was understood is written and read as
// the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   std::string stream(reinterpret_cast<const char *>(data), size);
   bool broken = false;
   for (auto message = unframe(stream, broken); message; message = unframe(stream, broken)) {
      if (const auto answer = parse_answer(message->payload))
         if (const auto again = parse_answer(to_payload(*answer));
             !again || again->described.algorithms != answer->described.algorithms ||
             again->described.families != answer->described.families)
            __builtin_trap();
      (void)parse_log_line(message->payload);
      (void)parse_health_report(message->payload);
      (void)parse_progress_report(message->payload);
      (void)parse_setup(message->payload);
      (void)parse_open(message->payload);
      (void)parse_backend_name(message->payload);
      if (const auto request = parse_member_request(message->payload))
         if (parse_member_request(to_payload(*request)) != request)
            __builtin_trap();
      (void)parse_number(message->payload);
   }
   return 0;
}
