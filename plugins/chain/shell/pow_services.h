#pragma once

/// The algorithms of this node, as the chain asks them: through the slots of nebula.pow.algorithm/1.

#include "core/pow_check.h"

#include <nebula/services.hpp>
#include <nebula/svc/pow-algorithm.h>

#include <map>
#include <mutex>

namespace nebula::chain {

class PowServices final : public PowHasher {
public:
   /// Finds a slot for each algorithm of the network; a plugin may fill it or not. [main & in init]
   PowServices(const Host &host, const NetworkParams &network);

   /// Some plugin offers it now, and computes it as the network says.
   [[nodiscard]] Result<void> available(const AlgorithmParams &algorithm) const;

   /// Writes how extra algorithms (ids 128 and up) take their input, as their plugins say.
   void complete(NetworkParams &network);

   [[nodiscard]] Result<Hash> hash(const AlgorithmParams &algorithm, const Epoch &epoch, ByteView input) const override;

private:
   void call_by_own_name(AlgorithmParams &algorithm);

   struct FreeAligned {
      void operator()(void *memory) const { std::free(memory); }
   };
   using Scratch = std::unique_ptr<void, FreeAligned>;

   /// Scratch memory is kept for the next hash: RandomX wants megabytes.
   [[nodiscard]] Scratch take_scratch(const std::string &name, std::uint64_t bytes) const;
   void give_scratch(const std::string &name, Scratch scratch) const;

   std::map<std::string, Slot<neb_pow_algorithm>> slots_;
   mutable std::mutex mutex_;
   mutable std::multimap<std::string, Scratch> scratch_; // at most one per thread that ever hashed at once
};

} // namespace nebula::chain
