#pragma once

/// The sensors of a card: OpenCL has none, so the kernel's files (AMD, Intel) or the vendor's library (NVIDIA) are
/// asked about the card at the device's place on the PCI bus.

#include <nebula/svc/pow-backend.h>

#include <memory>

#include "common/opencl/device.h"

namespace nebula::common::opencl {

class Sensors {
public:
   virtual ~Sensors() = default;
   /// Fills in what can be read now, and sets the bits in `present` for it; the rest stays as it is. [thread-safe]
   virtual void read(neb_pow_telemetry &out) const = 0;
};

/// nullptr when there are none to read: a device that is the processor, a driver that does not say where the card is, a
/// machine without the vendor's library.
[[nodiscard]] std::unique_ptr<Sensors> find_sensors(const Device &device);

} // namespace nebula::common::opencl
