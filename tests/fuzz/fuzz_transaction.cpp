// LINK: nebula_chain_core
// Whatever bytes come: no crash, and what is taken as a transaction has these bytes as its only encoding.
#include "core/transaction.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace nebula::chain;
   constexpr std::uint32_t k_chain = 2;
   const auto decoded = decode_transaction(ByteView(data, size), k_chain);
   if (!decoded)
      return 0;
   const Transaction &transaction = **decoded;
   const TransactionPtr again = transaction.coinbase() != nullptr ? make_coinbase(k_chain, *transaction.coinbase())
                                                                  : make_transfer(k_chain, *transaction.transfer());
   if (again->id != transaction.id || !std::ranges::equal(again->raw, ByteView(data, size)))
      std::abort();
   if (transaction.transfer() != nullptr) {
      if (transaction.transfer()->total() > k_max_supply)
         std::abort();
      (void)signature_is_valid(transaction);
   }
   return 0;
}
