#pragma once

/// What the host itself consists of, made in the order in which it depends on each other.

#include "host/config/settings.h"
#include "host/ext/bus.h"
#include "host/ext/executor.h"
#include "host/ext/health.h"
#include "host/ext/instance_host.h"
#include "host/ext/metrics.h"
#include "host/ext/node_view.h"
#include "host/ext/timer_queue.h"
#include "host/log/log.h"
#include "host/slots/directory.h"
#include "host/slots/pow_hook.h"
#include "host/util/clock.h"
#include "host/util/result.h"

#include <functional>
#include <memory>
#include <string>

namespace nebula::host {

/// Makes the proof-of-work part (make_pow of host/pow/wiring.h, its folder bound). What it is given outlives what it
/// returns.
using PowFactory = std::function<std::unique_ptr<PowHook>(HostServices &, TimerQueue &, MainPost)>;

class NodeParts {
public:
   /// `clock` nullptr: the machine's. The log is opened as the settings say, with `log_file_folder` for a relative
   /// file.
   [[nodiscard]] static Result<std::unique_ptr<NodeParts>> make(const config::Settings &settings,
                                                                const std::string &node_folder, Clock *clock,
                                                                NodeView &view, std::string version);
   ~NodeParts();

   /// Sets the levels that the settings name.
   void set_log_levels(const config::LogSettings &settings);

private:
   NodeParts(Clock *given, std::unique_ptr<Log> opened, std::uint32_t threads, NodeView &view, std::string version);
   RealClock real_clock_;

public:
   Clock &clock;
   std::unique_ptr<Log> log;
   TimerQueue timers;
   Executor executor;
   Bus bus;
   Metrics metrics;
   Health health;
   Directory directory;
   HostServices services;
   std::unique_ptr<PowHook> pow; // set once, before the first instance
};

} // namespace nebula::host
