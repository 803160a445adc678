// LINK: nebula_pool_core
#include "core/proxy_header.h"

#include <algorithm>
#include <string_view>

/// The header of a proxy, in two pieces: the first byte says where they are cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace nebula::pool;
   if (size == 0)
      return 0;
   const std::string_view text(reinterpret_cast<const char *>(data + 1), size - 1);
   std::size_t had = 0;
   ProxyParse parse = read_proxy_header({});
   for (std::size_t first = data[0]; parse.missing > 0 && had < text.size(); first = parse.missing) {
      had += std::min({std::max<std::size_t>(first, 1), parse.missing, text.size() - had});
      parse = read_proxy_header(text.substr(0, had));
   }
   // Decided one way, and never after more than a header may have.
   if (had > k_proxy_bytes_max || (parse.missing > 0 ? parse.header || parse.wrong : !parse.header == !parse.wrong))
      __builtin_trap();
   return 0;
}
