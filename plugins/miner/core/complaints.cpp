#include "complaints.h"

namespace nebula::miner {

std::optional<std::string> Complaints::line(std::int32_t kind, std::string text, std::uint64_t now_ns) {
   const auto [found, first] = kinds_.try_emplace(kind);
   Kind &known = found->second;
   if (!first && now_ns - known.said_ns < k_interval_ns) {
      ++known.unsaid;
      return std::nullopt;
   }
   if (known.unsaid > 0)
      text += "; " + std::to_string(known.unsaid) + " more of the kind before it";
   known = {now_ns, 0};
   return text;
}

} // namespace nebula::miner
