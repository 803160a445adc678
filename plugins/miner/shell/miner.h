#pragma once

/// One miner instance: a source, its devices, and the life of both.

#include "config.h"
#include "device.h"
#include "ticker.h"

#include <memory>
#include <string>
#include <vector>

namespace nebula::miner {

struct MinerView {
   std::string source, worker;
   bool paused = false;
   std::shared_ptr<const Work> work; ///< null: none now
   ResultCounts results;
   std::uint64_t pending = 0;
   std::vector<DeviceView> devices;
};

class Miner {
public:
   explicit Miner(const neb_host *host) { shared_.host = HostView::of(host); }
   ~Miner();
   Miner(const Miner &) = delete;
   Miner &operator=(const Miner &) = delete;

   // As neb_plugin says.
   [[nodiscard]] std::optional<Failure> init();
   [[nodiscard]] std::optional<Failure> start();
   [[nodiscard]] neb_status drain(std::uint64_t deadline_ns);
   [[nodiscard]] neb_status stop(std::uint64_t deadline_ns);

   /// Thread-safe; true: it changed something.
   bool pause(bool paused);
   [[nodiscard]] MinerView view() const;

private:
   [[nodiscard]] std::vector<std::string> computable();
   void on_work(bool clean);
   void tick();
   void publish_rates();
   void halt();

   Shared shared_;
   std::vector<std::unique_ptr<Device>> devices_;
   std::unique_ptr<Ticker> ticker_;
   std::uint64_t ticks_ = 0; // of the ticker's task
   neb_cell *rate_cell_ = nullptr;
   neb_cell *height_cell_ = nullptr;
};

} // namespace nebula::miner
