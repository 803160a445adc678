#include "open_files.h"

#include <algorithm>

#include <sys/resource.h>

namespace nebula::pool {
namespace {

/// Stores, peers, the gateway and its clients; at most half of a small limit.
constexpr std::uint64_t k_others = 512;

} // namespace

OpenFiles open_files_for(std::uint32_t wanted) {
   OpenFiles out{wanted, {}};
   rlimit limit{};
   if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
      return out;
   const std::uint64_t all = limit.rlim_cur, left = all - std::min<std::uint64_t>(k_others, all / 2);
   if (left >= wanted)
      return out;
   out.connections = static_cast<std::uint32_t>(left);
   out.advice = "the node may open " + std::to_string(all) + " files: " + std::to_string(left) +
                " miners fit instead of " + std::to_string(wanted) + " (connections_max); set `ulimit -n " +
                std::to_string(wanted + k_others) + "` or LimitNOFILE=" + std::to_string(wanted + k_others) +
                ", or a lower connections_max";
   return out;
}

} // namespace nebula::pool
