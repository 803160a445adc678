#pragma once

/// One device of the configuration: the slot its backend stands in, its lanes, its meter and what people see of it.

#include "algorithm_names.h"
#include "config.h"
#include "core/rate_meter.h"
#include "lane.h"
#include "preparer.h"
#include "solutions.h"
#include "source_link.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace nebula::miner {

/// What a lane needs of the miner as a whole.
struct Shared {
   HostView host;
   MinerConfig config;
   AlgorithmNames names; // complete before the source is followed
   std::unique_ptr<SourceLink> source;
   std::shared_ptr<Solutions> solutions;
   std::atomic<bool> stopping{false};
   std::atomic<bool> paused{false};

   [[nodiscard]] bool may_run() const noexcept { return !stopping.load() && !paused.load(); }
};

struct DeviceView {
   std::string name, select, backend, algorithm, state;
   std::size_t lanes;
   std::uint64_t hashes;
   double rate_short, rate_medium, rate_long;
};

class Device {
public:
   Device(Shared &shared, DeviceConfig config, std::size_t index);
   ~Device();

   /// Finds the slot for each algorithm that may be mined. [main & in init]
   [[nodiscard]] neb_status find(const std::vector<std::string> &algorithms, neb_error *err);
   /// Begins: follows the backends, and builds the lanes for what stands in the slot. [main & running]
   void start();
   /// The algorithm that is mined; chosen once. Thread-safe.
   void use(const std::string &algorithm);
   void wake();
   void cancel(bool for_good = false);
   /// Once a second: tries again what failed.
   void tick();
   [[nodiscard]] bool wait_parked(std::uint64_t deadline_ns);
   /// [main], when parked.
   void close();

   [[nodiscard]] DeviceView view() const;

   // For lanes; all thread-safe.
   [[nodiscard]] Shared &shared() noexcept { return shared_; }
   [[nodiscard]] neb_slot *slot() const noexcept { return slot_.load(); }
   /// Whether lanes of this kind should work now.
   [[nodiscard]] bool admits(bool own_thread) const noexcept {
      return shared_.may_run() && own_threads_.load() == own_thread;
   }
   /// Shared by the lanes that run on the executor.
   [[nodiscard]] Preparer &preparer() noexcept { return *preparer_; }
   void count(std::uint64_t now_ns, std::uint64_t hashes);
   void state(std::int32_t health, const std::string &text);

private:
   struct Place {
      std::string algorithm;
      neb_slot *slot;
   };
   using Lanes = std::vector<std::unique_ptr<Lane>>;

   static void on_change(void *user, std::uint64_t generation) noexcept;
   /// Makes the lanes that suit the occupant the active ones. Thread-safe.
   void adapt();
   [[nodiscard]] std::size_t lanes_wanted(std::uint32_t backend_lanes) const;

   Shared &shared_;
   DeviceConfig config_;
   std::string name_; // for people and health: "device 0"
   std::vector<Place> places_;
   std::atomic<neb_slot *> slot_{nullptr};
   std::uint64_t started_ns_ = 0; // set before the first adapt
   std::unique_ptr<Preparer> preparer_;
   neb_cell *hashes_cell_ = nullptr;
   std::atomic<bool> own_threads_{false}; // what active_ is
   mutable std::mutex lanes_mutex_;
   Lanes pool_lanes_, own_lanes_; // guarded by lanes_mutex_; made when first needed, kept until the end
   Lanes *active_ = nullptr;      // guarded by lanes_mutex_; one of the two, nullptr: no backend was seen yet
   mutable std::mutex mutex_;
   RateMeter meter_;               // guarded by mutex_
   std::string algorithm_, state_; // guarded by mutex_
   std::string backend_;           // guarded by mutex_; name and device of the occupant
   std::int32_t health_ = -1;      // guarded by mutex_
};

} // namespace nebula::miner
