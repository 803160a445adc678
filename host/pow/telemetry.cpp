#include "host/pow/telemetry.h"

namespace nebula::host {

std::optional<neb_pow_telemetry> read_telemetry(Contender &contender) {
   const Contender::Hold hold(contender); // first: whoever removes the instance looks for holders after it is gone
   if (contender.standing() == Standing::gone)
      return std::nullopt;
   const neb_pow_backend *table = contender.table();
   neb_pow_telemetry telemetry{};
   telemetry.size = sizeof telemetry;
   if (!table->telemetry || table->telemetry(table, &telemetry) != NEB_OK || telemetry.present == 0)
      return std::nullopt;
   return telemetry;
}

std::vector<DeviceReading> readings_of(const std::string &backend, const neb_pow_telemetry &telemetry) {
   struct Sensor {
      std::uint32_t bit;
      const char *metric, *help;
      std::int64_t value;
      std::uint64_t divisor;
   };
   const Sensor sensors[] = {
      {NEB_POW_HAS_TEMPERATURE, "nebula_pow_device_temperature_celsius", "Temperature of the device's chip.",
       telemetry.temperature_mc, 1000},
      {NEB_POW_HAS_CLOCK, "nebula_pow_device_clock_hertz", "Clock of the device's cores.",
       std::int64_t{telemetry.clock_mhz} * 1'000'000, 1},
      {NEB_POW_HAS_POWER, "nebula_pow_device_power_watts", "Power that the whole card takes.", telemetry.power_mw,
       1000},
      {NEB_POW_HAS_FAN, "nebula_pow_device_fan_ratio", "Speed of the device's fans; 1 is full speed.",
       telemetry.fan_permille, 1000},
      {NEB_POW_HAS_MEMORY, "nebula_pow_device_memory_bytes", "Memory of the device.",
       static_cast<std::int64_t>(telemetry.memory_bytes), 1},
      {NEB_POW_HAS_MEMORY, "nebula_pow_device_memory_used_bytes", "Memory of the device that is taken, by everyone.",
       static_cast<std::int64_t>(telemetry.memory_used), 1},
   };
   std::vector<DeviceReading> readings;
   for (const Sensor &sensor : sensors)
      if (telemetry.present & sensor.bit)
         readings.push_back({sensor.metric, sensor.help, backend, sensor.value, sensor.divisor});
   return readings;
}

} // namespace nebula::host
