#include "common/opencl/sensors_sysfs.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>

namespace nebula::common::opencl {
namespace {

namespace fs = std::filesystem;

/// The number in a file; absent when there is none (a card asleep refuses to be read).
[[nodiscard]] std::optional<std::uint64_t> number_in(const fs::path &path) {
   std::ifstream file(path);
   std::uint64_t number = 0;
   if (file.peek() == '-' || !(file >> number))
      return std::nullopt;
   return number;
}

[[nodiscard]] std::uint32_t narrow(std::uint64_t number) noexcept {
   return static_cast<std::uint32_t>(std::min<std::uint64_t>(number, std::numeric_limits<std::uint32_t>::max()));
}

class SysfsSensors final : public Sensors {
public:
   SysfsSensors(fs::path card, fs::path hwmon) : card_(std::move(card)), hwmon_(std::move(hwmon)) {}

   void read(neb_pow_telemetry &out) const override {
      // Units of the hwmon interface: thousandths of a degree, millionths of a watt, hertz, turns per minute.
      if (const auto value = number_in(hwmon_ / "temp1_input")) {
         out.temperature_mc = static_cast<std::int32_t>(std::min<std::uint64_t>(*value, 1'000'000));
         out.present |= NEB_POW_HAS_TEMPERATURE;
      }
      if (const auto value = number_in(hwmon_ / "freq1_input")) {
         out.clock_mhz = narrow(*value / 1'000'000);
         out.present |= NEB_POW_HAS_CLOCK;
      }
      if (const auto value = power_uw()) {
         out.power_mw = narrow(*value / 1000);
         out.present |= NEB_POW_HAS_POWER;
      }
      if (const auto value = fan_permille()) {
         out.fan_permille = *value;
         out.present |= NEB_POW_HAS_FAN;
      }
      const auto total = number_in(card_ / "mem_info_vram_total"), used = number_in(card_ / "mem_info_vram_used");
      if (total && used) {
         out.memory_bytes = *total;
         out.memory_used = *used;
         out.present |= NEB_POW_HAS_MEMORY;
      }
   }

private:
   /// Older kernels average it, newer ones give the moment's.
   [[nodiscard]] std::optional<std::uint64_t> power_uw() const {
      const auto average = number_in(hwmon_ / "power1_average");
      return average ? average : number_in(hwmon_ / "power1_input");
   }

   /// By the speed where the full one is known, else by what the fan is driven with.
   [[nodiscard]] std::optional<std::uint32_t> fan_permille() const {
      const auto speed = number_in(hwmon_ / "fan1_input"), full = number_in(hwmon_ / "fan1_max");
      if (speed && full && *full > 0)
         return narrow(std::min<std::uint64_t>(*speed, *full) * 1000 / *full);
      const auto drive = number_in(hwmon_ / "pwm1"), drive_full = number_in(hwmon_ / "pwm1_max");
      if (drive && drive_full && *drive_full > 0)
         return narrow(std::min<std::uint64_t>(*drive, *drive_full) * 1000 / *drive_full);
      return std::nullopt;
   }

   fs::path card_, hwmon_;
};

} // namespace

std::unique_ptr<Sensors> find_sysfs_sensors(const fs::path &sys, const PciAddress &pci) {
   const fs::path card = sys / "bus/pci/devices" / pci.text();
   std::error_code failed;
   fs::path hwmon;
   for (fs::directory_iterator entry(card / "hwmon", failed), end; !failed && entry != end; entry.increment(failed))
      if (hwmon.empty() || entry->path() < hwmon)
         hwmon = entry->path(); // cards have one; by name, so that it is the same every time
   auto sensors = std::make_unique<SysfsSensors>(card, hwmon);
   neb_pow_telemetry now{};
   sensors->read(now);
   return now.present != 0 ? std::move(sensors) : nullptr;
}

} // namespace nebula::common::opencl
