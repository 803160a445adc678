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
   // Whatever an error repeats, its answer is understood.
   using nebula::host::Error;
   const auto answer = nebula::host::ctl::answer_line(1, Error{std::string(line), nebula::host::ErrorKind::usage});
   const auto told = nebula::host::ctl::parse_answer(std::string_view(answer).substr(0, answer.size() - 1), 1);
   if (told || told.error().kind != nebula::host::ErrorKind::usage) {
      __builtin_trap();
   }
   return 0;
}
