#pragma once

/// Algorithms have several names ("rx/0" is randomx) and members of families several spellings. The node says which
/// stand for the same one; whoever compares names compares canonical ones.

#include "host_view.h"

#include <map>
#include <string>
#include <string_view>

namespace nebula::miner {

class AlgorithmNames {
public:
   /// Asks the node what this name stands for, and how else that is called. A name that the node does not know stands
   /// for itself. [main & in init]
   void learn(const HostView &host, const std::string &name);
   /// Thread-safe once nothing is learned any more.
   [[nodiscard]] std::string canonical(std::string_view name) const;

private:
   std::map<std::string, std::string, std::less<>> names_; // every name: the canonical one
};

} // namespace nebula::miner
