// LINK: nebula_host_ctl
#include "host/ctl/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   const std::string_view line(reinterpret_cast<const char *>(data), size);
   if (auto request = nebula::host::ctl::parse_request(line)) {
      // What was understood is written and read as the same.
      const auto again = nebula::host::ctl::parse_request(nebula::host::ctl::to_line(*request));
      if (!again || again->method != request->method || again->id != request->id) {
         __builtin_trap();
      }
   }
   (void)nebula::host::ctl::parse_answer(line, 1);
   return 0;
}
