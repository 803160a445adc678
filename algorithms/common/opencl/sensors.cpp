#include "common/opencl/sensors.h"

#include "common/opencl/sensors_nvml.h"
#include "common/opencl/sensors_sysfs.h"

namespace nebula::common::opencl {

std::unique_ptr<Sensors> find_sensors(const Device &device) {
   if (!device.pci)
      return nullptr;
   if (device.vendor == "nvidia") {
      const Nvml *nvml = load_nvml();
      return nvml ? find_nvml_sensors(*nvml, *device.pci) : nullptr;
   }
   return find_sysfs_sensors("/sys", *device.pci);
}

} // namespace nebula::common::opencl
