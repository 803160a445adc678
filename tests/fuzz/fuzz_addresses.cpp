// LINK: nebula_pool_core
// Addresses, networks and places as people and miners write them: none, or written again the same. And names: what is
// kept of a text is plain.
#include "common/host_port.h"
#include "common/plain_text.h"
#include "core/net_address.h"

#include <nebula/text.hpp>

#include <cstdlib>

namespace {

void require(bool held) {
   if (!held)
      std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace nebula;
   const std::string_view text(reinterpret_cast<const char *>(data), size);
   if (const auto address = pool::NetAddress::parse(text)) {
      require(pool::NetAddress::parse(address->text()) == *address);
      require(pool::NetRange::parse(text)->contains(*address));
   }
   (void)pool::NetRange::parse(text);
   const char *why = nullptr;
   if (const auto place = common::parse_host_port(text, 3'333, why))
      require(common::parse_host_port(place->authority(), 0, why) == *place);
   else
      require(why != nullptr && *why != '\0');
   std::string kept(text);
   common::keep_plain_text(kept);
   require(common::is_plain_text(kept) && is_utf8(kept) && (kept == text) == common::is_plain_text(text));
   require(is_utf8(text) || !common::is_plain_text(text));
   return 0;
}
