#pragma once

/// What the proof-of-work part asks of the node around it. Every function may be left empty; then nothing is said.

#include "host/pow/telemetry.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host {

struct PowEnvironment {
   /// Level as in nebula/host.h (NEB_LOG_...). Any thread.
   std::function<void(std::uint32_t level, std::string_view text)> log;
   /// NEB_HEALTH_... of a component of the consumer's instance, such as "algorithm=cosmic-harmony". Any thread.
   std::function<void(std::string_view instance, std::int32_t level, std::string_view component, std::string_view text)>
      health;
   /// A fact for the event bus: topic and JSON payload. Any thread.
   std::function<void(std::string_view topic, std::string_view json)> publish;
   /// What the sensors of all devices say now, a few seconds old at most: all of it, so that what is missing is gone.
   /// From the task thread.
   std::function<void(const std::vector<DeviceReading> &readings)> telemetry;
   /// Runs a function on the main thread, later; used to tell consumers that a slot changed.
   std::function<void(std::function<void()>)> post_main;
   /// Where the inputs of a wrong answer are written, one JSON object per line; empty: nowhere.
   std::string journal_file;
   /// Whether the log says which of the algorithms of an enabled plugin are deprecated.
   bool warns_of_deprecated = true;
};

} // namespace nebula::host
