#pragma once

/// The sensors of the devices behind backends. What a device does not tell stays absent: no value is ever made up.

#include "host/pow/contender.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nebula::host {

/// Asks the backend now, which may take milliseconds; nothing when it has no sensors, or its instance leaves. Any
/// thread.
[[nodiscard]] std::optional<neb_pow_telemetry> read_telemetry(Contender &contender);

/// One value of one device, in the unit that its metric is named for.
struct DeviceReading {
   const char *metric; // "nebula_pow_device_temperature_celsius"
   const char *help;
   std::string backend;
   std::int64_t value; // `divisor` of them are one unit
   std::uint64_t divisor;
};
[[nodiscard]] std::vector<DeviceReading> readings_of(const std::string &backend, const neb_pow_telemetry &telemetry);

} // namespace nebula::host
