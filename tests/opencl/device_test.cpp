// What is said of a device: its properties for selection, and its sensors.

#include <gtest/gtest.h>

#include <cstring>

#include "common/opencl/sensors_nvml.h"
#include "common/opencl/sensors_sysfs.h"
#include "temp_folder.h"
#include "toy.h"

namespace nebula::test {
namespace {

using namespace common::opencl;

constexpr PciAddress k_pci = {0, 0x65, 1, 2};

TEST(OpenClDevice, is_described_by_properties_that_selection_can_read) {
   FakeOpenCl driver;
   Toy toy(driver);
   EXPECT_EQ(driver.device().properties(),
             "device=gpu,kind=opencl,vendor=amd,index=0,model=Test--Double-1,opencl=1.2,driver=1.0,compute-units=7,"
             "memory-mib=3072,pci=0000:65:01.2");
   EXPECT_STREQ(toy.table().name, "toy/opencl0");
}

neb_pow_telemetry fresh() {
   neb_pow_telemetry now{};
   now.size = sizeof now;
   return now;
}

TEST(OpenClSensors, read_the_kernel_s_files_of_the_card) {
   TempFolder sys;
   const std::string card = "bus/pci/devices/0000:65:01.2/";
   sys.write(card + "hwmon/hwmon3/temp1_input", "61000\n");
   sys.write(card + "hwmon/hwmon3/freq1_input", "2105000000\n");
   sys.write(card + "hwmon/hwmon3/power1_average", "187500000\n");
   sys.write(card + "hwmon/hwmon3/fan1_input", "1650\n");
   sys.write(card + "hwmon/hwmon3/fan1_max", "3300\n");
   sys.write(card + "mem_info_vram_total", "17163091968\n");
   sys.write(card + "mem_info_vram_used", "4194304\n");
   const auto sensors = find_sysfs_sensors(sys.path(), k_pci);
   ASSERT_TRUE(sensors);
   neb_pow_telemetry now = fresh();
   sensors->read(now);
   EXPECT_EQ(now.present,
             NEB_POW_HAS_TEMPERATURE | NEB_POW_HAS_CLOCK | NEB_POW_HAS_POWER | NEB_POW_HAS_FAN | NEB_POW_HAS_MEMORY);
   EXPECT_EQ(now.temperature_mc, 61000);
   EXPECT_EQ(now.clock_mhz, 2105u);
   EXPECT_EQ(now.power_mw, 187500u);
   EXPECT_EQ(now.fan_permille, 500u);
   EXPECT_EQ(now.memory_bytes, 17163091968u);
   EXPECT_EQ(now.memory_used, 4194304u);
}

TEST(OpenClSensors, leave_out_what_the_card_does_not_show) {
   TempFolder sys;
   const std::string card = "bus/pci/devices/0000:65:01.2/";
   sys.write(card + "hwmon/hwmon0/power1_input", "90000000\n");
   sys.write(card + "hwmon/hwmon0/temp1_input", "-\n");   // not a number
   sys.write(card + "hwmon/hwmon0/fan1_input", "1650\n"); // of an unknown full speed
   sys.write(card + "mem_info_vram_total", "1024\n");     // without what is in use
   const auto sensors = find_sysfs_sensors(sys.path(), k_pci);
   ASSERT_TRUE(sensors);
   neb_pow_telemetry now = fresh();
   sensors->read(now);
   EXPECT_EQ(now.present, std::uint32_t{NEB_POW_HAS_POWER});
   EXPECT_EQ(now.power_mw, 90000u);
   EXPECT_EQ(now.temperature_mc, 0);
   EXPECT_EQ(now.memory_bytes, 0u);
}

TEST(OpenClSensors, are_none_where_the_kernel_shows_no_files_of_that_card) {
   TempFolder sys;
   EXPECT_FALSE(find_sysfs_sensors(sys.path(), k_pci));
   sys.write("bus/pci/devices/0000:66:01.2/hwmon/hwmon0/temp1_input", "50000\n"); // another card's
   EXPECT_FALSE(find_sysfs_sensors(sys.path(), k_pci));
}

// A double of NVIDIA's management library: one card, cooled by its chassis (no fan).
constexpr int k_not_supported = 3, k_not_found = 6;

const Nvml k_nvml = {
   .DeviceGetHandleByPciBusId =
      [](const char *pci, NvmlDevice *out) {
         static int place;
         *out = reinterpret_cast<NvmlDevice>(&place);
         return std::strcmp(pci, "0000:65:01.2") == 0 ? 0 : k_not_found;
      },
   .DeviceGetTemperature = [](NvmlDevice, int sensor, unsigned *out) { return *out = 43, sensor == 0 ? 0 : 1; },
   .DeviceGetClockInfo = [](NvmlDevice, int domain, unsigned *out) { return *out = 1980, domain == 1 ? 0 : 1; },
   .DeviceGetPowerUsage = [](NvmlDevice, unsigned *out) { return *out = 402'000, 0; },
   .DeviceGetFanSpeed = [](NvmlDevice, unsigned *) { return k_not_supported; },
   .DeviceGetMemoryInfo =
      [](NvmlDevice, NvmlMemory *out) {
         return *out = {1000, 700, 300}, 0;
      },
};

TEST(OpenClSensors, read_the_vendor_s_library_and_leave_out_the_fan_of_a_card_that_has_none) {
   const auto sensors = find_nvml_sensors(k_nvml, k_pci);
   ASSERT_TRUE(sensors);
   neb_pow_telemetry now = fresh();
   sensors->read(now);
   EXPECT_EQ(now.present, NEB_POW_HAS_TEMPERATURE | NEB_POW_HAS_CLOCK | NEB_POW_HAS_POWER | NEB_POW_HAS_MEMORY);
   EXPECT_EQ(now.temperature_mc, 43000);
   EXPECT_EQ(now.clock_mhz, 1980u);
   EXPECT_EQ(now.power_mw, 402'000u);
   EXPECT_EQ(now.memory_bytes, 1000u);
   EXPECT_EQ(now.memory_used, 300u);
   EXPECT_FALSE(find_nvml_sensors(k_nvml, {0, 0x66, 1, 2}));
}

TEST(OpenClSensors, are_unsupported_where_there_are_none) {
   FakeOpenCl driver; // its place on the bus is nowhere in this machine's /sys
   Toy toy(driver);
   neb_pow_telemetry now = fresh();
   EXPECT_EQ(toy.table().telemetry(&toy.table(), &now), NEB_E_UNSUPPORTED);
   EXPECT_EQ(now.present, 0u);
   now.size = 4;
   EXPECT_EQ(toy.table().telemetry(&toy.table(), &now), NEB_E_INVALID);
}

} // namespace
} // namespace nebula::test
