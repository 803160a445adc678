// LINK: nebula_host_handover
// The list with which another process begins a hand-over: refused, or within its limits and written again the same.
#include "host/handover/estate.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace nebula::host::handover;
   const auto list = parse_estate_list({reinterpret_cast<const char *>(data), size});
   if (!list)
      return 0;
   std::uint64_t bytes = 0, descriptors = 0;
   for (const Announced &one : list->instances) {
      bytes += one.bytes;
      descriptors += one.descriptors;
   }
   if (list->instances.size() > k_instances_max || bytes > k_state_bytes_max || descriptors > k_descriptors_max)
      std::abort();
   const std::string text = to_text(*list);
   const auto again = parse_estate_list(text);
   if (!again || to_text(*again) != text)
      std::abort();
   return 0;
}
