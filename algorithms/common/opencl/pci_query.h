#pragma once

/// Where on the PCI bus an OpenCL device sits. The version of OpenCL asked for has no common query for it: vendors have
/// their own, newer drivers a shared extension.

#include <optional>

#include "common/opencl/device.h"

namespace nebula::common::opencl {

/// Absent when the driver has none of the queries (a device that is the processor).
[[nodiscard]] std::optional<PciAddress> pci_address(const Api &cl, cl_device_id id);

} // namespace nebula::common::opencl
