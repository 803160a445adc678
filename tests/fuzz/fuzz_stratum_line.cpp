// LINK: nebula_pool_core
#include "core/request.h"
#include "core/worker_name.h"

/// One byte chooses the dialect, the rest is a miner's line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace nebula::pool;
   if (size == 0)
      return 0;
   constexpr Dialect k_dialects[] = {Dialect::xmrig, Dialect::bitcoin, Dialect::ergo, Dialect::cosmic};
   const std::string_view text(reinterpret_cast<const char *>(data + 1), size - 1);
   JsonLine line;
   if (line.parse(text))
      return 0;
   (void)dialect_of_first(line);
   const ParsedLine parsed = read_request(line, k_dialects[data[0] % 4]);
   if (!parsed.request == !parsed.wrong) // exactly one of them
      __builtin_trap();
   if (parsed.request)
      if (const auto *login = std::get_if<Login>(&*parsed.request))
         (void)read_worker_name(login->user, login->password, login->rig);
   // The id is echoed into an answer: it must be one JSON value by itself, and so must what is quoted.
   JsonLine id;
   std::string quoted;
   append_json_string(quoted, text);
   if (id.parse(parsed.id) || id.parse(quoted))
      __builtin_trap();
   return 0;
}
