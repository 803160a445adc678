// LINK: nebula_pool_core
#include "accounts/records.h"

#include <algorithm>

namespace {

using namespace nebula::pool::accounts;

template <class Row>
void read(ByteView bytes) {
   try {
      const Row row = decode<Row>(bytes);
      // What is read is what was written: a record has one form.
      const Bytes again = encode(row);
      if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()))
         __builtin_trap();
   } catch (const nebula::Error &error) {
      if (error.status() != NEB_E_CORRUPT)
         __builtin_trap();
   }
}

} // namespace

/// One byte chooses the kind of record, the rest is what the pool's store has of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   if (size == 0)
      return 0;
   constexpr void (*k_readers[])(ByteView) = {&read<Algorithm>, &read<Wallet>,   &read<Worker>,
                                              &read<Slice>,     &read<Block>,    &read<Split>,
                                              &read<Batch>,     &read<Payments>, &read<Event>};
   k_readers[data[0] % std::size(k_readers)]({data + 1, size - 1});
   return 0;
}
