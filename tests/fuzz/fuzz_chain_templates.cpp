// LINK: nebula_chain_core
// The templates that another process gives: refused, or these bytes are their only encoding.
#include "core/coinbase_mold.h"
#include "core/networks.h"
#include "core/template_record.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace nebula::chain;
   static const NetworkParams network = nebula_dev();
   const auto records = decode_templates(ByteView(data, size), network);
   if (!records)
      return 0;
   const Bytes again = encode_templates(*records);
   if (!std::equal(again.begin(), again.end(), data, data + size))
      std::abort();
   for (const TemplateRecord &one : records->templates)
      if (network.algorithm(one.algorithm) != nullptr) {
         (void)coinbase_work(one.base.header).ok();
         (void)search_input(network, one.base, {}).ok();
         (void)solve(network, one.base, {}).ok();
      }
   return 0;
}
