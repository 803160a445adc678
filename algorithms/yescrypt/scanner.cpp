#include "scanner.h"

#include <algorithm>
#include <chrono>

namespace nebula::yescrypt {

void WaysChoice::report(std::uint64_t ns_each) noexcept {
   std::uint64_t &best = ways() == 1 ? best_alone_ : best_together_;
   best = std::min(best, ns_each);
   if (++turn_ < 2 * k_turns)
      return;
   measuring_ = false;
   if (best_alone_ < best_together_)
      ways_ = 1;
}

void YescryptScanner::scan(const ScanRange &range, Hits &hits) {
   if (range.nonce_bytes != k_nonce_bytes || range.input_bytes > k_input_bytes_max)
      throw Error(NEB_E_INVALID, "the yescrypt family takes a 4-byte nonce in an input of at most ", k_input_bytes_max,
                  " bytes");
   for (std::uint64_t done = 0; done < range.nonce_count;) {
      const unsigned ways = choice_.ways();
      const auto count = static_cast<unsigned>(std::min<std::uint64_t>(ways, range.nonce_count - done));
      const std::uint64_t ns = scan_group(range, static_cast<std::uint32_t>(range.nonce_first + done), count, hits);
      if (choice_.measuring() && count == ways)
         choice_.report(ns / count);
      done += count;
   }
}

std::uint64_t YescryptScanner::scan_group(const ScanRange &range, std::uint32_t first, unsigned count, Hits &hits) {
   using Clock = std::chrono::steady_clock; // the real one: what is measured is the machine
   const auto started = Clock::now();
   Hasher::Digests digests;
   hasher_.hash({range.input, range.input_bytes}, range.nonce_offset, first, count, digests);
   for (unsigned k = 0; k < count; ++k)
      if (meets_target(digests[k].data(), NEB_POW_ORDER_LITTLE, range.target))
         hits.add(first + k, digests[k].data());
   const auto spent = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - started).count();
   return static_cast<std::uint64_t>(spent);
}

} // namespace nebula::yescrypt
