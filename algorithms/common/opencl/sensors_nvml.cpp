#include "common/opencl/sensors_nvml.h"

#include <dlfcn.h>

#include <optional>

namespace nebula::common::opencl {
namespace {

constexpr int k_success = 0;
constexpr int k_sensor_chip = 0; // the chip's own thermometer
constexpr int k_clock_sm = 1;    // of the cores

template <class Function>
[[nodiscard]] bool resolve(void *library, const char *name, Function &out) {
   out = reinterpret_cast<Function>(dlsym(library, name));
   return out != nullptr;
}

[[nodiscard]] std::optional<Nvml> load() {
   void *library = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
   int (*init)() = nullptr;
   Nvml nvml{};
   // Names with a version are the ones that new drivers keep for programs built against them.
   if (!library || !resolve(library, "nvmlInit_v2", init) ||
       !resolve(library, "nvmlDeviceGetHandleByPciBusId_v2", nvml.DeviceGetHandleByPciBusId) ||
       !resolve(library, "nvmlDeviceGetTemperature", nvml.DeviceGetTemperature) ||
       !resolve(library, "nvmlDeviceGetClockInfo", nvml.DeviceGetClockInfo) ||
       !resolve(library, "nvmlDeviceGetPowerUsage", nvml.DeviceGetPowerUsage) ||
       !resolve(library, "nvmlDeviceGetFanSpeed", nvml.DeviceGetFanSpeed) ||
       !resolve(library, "nvmlDeviceGetMemoryInfo", nvml.DeviceGetMemoryInfo) || init() != k_success)
      return std::nullopt;
   return nvml;
}

class NvmlSensors final : public Sensors {
public:
   NvmlSensors(const Nvml &nvml, NvmlDevice device) : nvml_(nvml), device_(device) {}

   void read(neb_pow_telemetry &out) const override {
      unsigned value = 0;
      if (nvml_.DeviceGetTemperature(device_, k_sensor_chip, &value) == k_success) {
         out.temperature_mc = static_cast<std::int32_t>(value) * 1000;
         out.present |= NEB_POW_HAS_TEMPERATURE;
      }
      if (nvml_.DeviceGetClockInfo(device_, k_clock_sm, &value) == k_success) {
         out.clock_mhz = value;
         out.present |= NEB_POW_HAS_CLOCK;
      }
      if (nvml_.DeviceGetPowerUsage(device_, &value) == k_success) {
         out.power_mw = value;
         out.present |= NEB_POW_HAS_POWER;
      }
      if (nvml_.DeviceGetFanSpeed(device_, &value) == k_success) { // a card cooled by its chassis has none
         out.fan_permille = value * 10;
         out.present |= NEB_POW_HAS_FAN;
      }
      NvmlMemory memory{};
      if (nvml_.DeviceGetMemoryInfo(device_, &memory) == k_success) {
         out.memory_bytes = memory.total;
         out.memory_used = memory.used;
         out.present |= NEB_POW_HAS_MEMORY;
      }
   }

private:
   const Nvml &nvml_;
   NvmlDevice device_;
};

} // namespace

const Nvml *load_nvml() {
   static const std::optional<Nvml> nvml = load();
   return nvml ? &*nvml : nullptr;
}

std::unique_ptr<Sensors> find_nvml_sensors(const Nvml &nvml, const PciAddress &pci) {
   NvmlDevice device = nullptr;
   if (nvml.DeviceGetHandleByPciBusId(pci.text().c_str(), &device) != k_success || !device)
      return nullptr;
   return std::make_unique<NvmlSensors>(nvml, device);
}

} // namespace nebula::common::opencl
