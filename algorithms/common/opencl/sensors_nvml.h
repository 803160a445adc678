#pragma once

/// The sensors of NVIDIA's cards, by the management library that comes with the driver. It is opened at run time; what
/// is declared here is the part of its stable interface in use.

#include <cstdint>
#include <memory>

#include "common/opencl/sensors.h"

namespace nebula::common::opencl {

using NvmlDevice = struct nvmlDevice_st *;

struct NvmlMemory {
   unsigned long long total, free, used; // bytes
};

/// Each returns 0 for success.
struct Nvml {
   int (*DeviceGetHandleByPciBusId)(const char *pci, NvmlDevice *out);
   int (*DeviceGetTemperature)(NvmlDevice device, int sensor, unsigned *celsius);
   int (*DeviceGetClockInfo)(NvmlDevice device, int domain, unsigned *mhz);
   int (*DeviceGetPowerUsage)(NvmlDevice device, unsigned *milliwatts);
   int (*DeviceGetFanSpeed)(NvmlDevice device, unsigned *percent);
   int (*DeviceGetMemoryInfo)(NvmlDevice device, NvmlMemory *out);
};

/// The library, opened and initialised on the first call and kept. nullptr when there is none, or it has no driver.
/// Thread-safe.
[[nodiscard]] const Nvml *load_nvml();

/// nullptr when the library does not know the card.
[[nodiscard]] std::unique_ptr<Sensors> find_nvml_sensors(const Nvml &nvml, const PciAddress &pci);

} // namespace nebula::common::opencl
