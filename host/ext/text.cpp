#include "ext/text.h"

#include "log/escape.h"

#include <ctime>

namespace nebula::host {

void append_json(std::string &out, std::string_view text) {
   out += '"';
   append_escaped_json(out, text);
   out += '"';
}

std::string utc_text(int64_t wall_ns) {
   const std::time_t seconds = static_cast<std::time_t>(wall_ns / 1'000'000'000);
   std::tm parts{};
   gmtime_r(&seconds, &parts);
   char text[32];
   return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string span_text(uint64_t nanoseconds) {
   const uint64_t ms = nanoseconds / 1'000'000;
   if (ms < 1'000)
      return std::to_string(ms) + " ms";
   if (ms < 120'000)
      return std::to_string(ms / 1'000) + " s";
   return std::to_string(ms / 60'000) + " min";
}

} // namespace nebula::host
