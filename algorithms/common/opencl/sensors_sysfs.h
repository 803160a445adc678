#pragma once

/// The sensors that the Linux kernel shows of a card: hwmon files below its PCI device, and amdgpu's memory counters.

#include <filesystem>
#include <memory>

#include "common/opencl/sensors.h"

namespace nebula::common::opencl {

/// `sys`: "/sys". nullptr when the card shows none of the files.
[[nodiscard]] std::unique_ptr<Sensors> find_sysfs_sensors(const std::filesystem::path &sys, const PciAddress &pci);

} // namespace nebula::common::opencl
