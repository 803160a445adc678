#pragma once

/// Recomputes miners' hashes by the algorithms' own reference. Quick ones at once on the loop; slow ones on the host's
/// workers, in turns among the connections, so that nobody waits behind another's flood.

#include "loop.h"

#include "core/fair_queue.h"
#include "core/pool.h"

#include <nebula/executor.hpp>
#include <nebula/services.hpp>
#include <nebula/svc/pow-algorithm.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nebula::pool {

class Hasher {
public:
   /// Called on the loop's thread.
   using Done = std::function<void(std::uint64_t ticket, const std::optional<Digest> &digest, std::string_view why)>;

   Hasher(Host host, Loop &loop, Executor &executor, Done done);

   /// In init, in the order of PoolSettings::algorithms. Throws when no plugin has it.
   [[nodiscard]] std::optional<PoolAlgorithm> add(const std::string &name);

   void hash(const HashTask &task);
   /// Makes the epochs of a template quick ahead of its first share.
   void prepare(std::uint8_t algorithm, const Epoch &epoch, const Epoch &next);

private:
   using Slot = nebula::Slot<neb_pow_algorithm>;
   struct Algorithm {
      std::string name;
      Slot slot;
      bool quick = false;
      Epoch prepared[2];
   };
   struct Answer {
      std::optional<Digest> digest;
      std::string why;
   };

   [[nodiscard]] Answer compute(const Algorithm &algorithm, const HashTask &task) const;
   void start_some();

   Services services_;
   Loop &loop_;
   Executor &executor_;
   Done done_;
   std::vector<std::unique_ptr<Algorithm>> algorithms_;
   FairQueue<HashTask::Owner, HashTask> waiting_;
   std::uint32_t running_ = 0;
};

} // namespace nebula::pool
