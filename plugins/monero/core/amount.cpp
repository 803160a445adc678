#include "core/amount.h"

namespace nebula::monero {

std::uint64_t sum_of(std::span<const Payment> payments) {
   std::uint64_t sum = 0;
   for (const Payment &one : payments)
      sum = one.amount > ~0ull - sum ? ~0ull : sum + one.amount;
   return sum;
}

std::string text_xmr(std::uint64_t amount) {
   constexpr std::uint64_t k_units = 1'000'000'000'000;
   const std::string part = std::to_string(amount % k_units);
   return std::to_string(amount / k_units) + "." + std::string(12 - part.size(), '0') + part + " XMR";
}

} // namespace nebula::monero
