#include "host/pow/telemetry.h"
#include "pow/toy.h"

#include <gtest/gtest.h>

#include <thread>

namespace nebula::host::toy {

namespace {

/// A backend with a thermometer and nothing else, until it breaks.
struct Sensing {
   static inline std::atomic<bool> works{true};

   ToyBackend honest{"toy/sensing", "device=gpu"};
   neb_pow_backend table = honest.table();

   Sensing() {
      works.store(true);
      table.telemetry = [](const neb_pow_backend *, neb_pow_telemetry *out) {
         if (!works.load())
            return static_cast<neb_status>(NEB_E_DEVICE);
         out->present = NEB_POW_HAS_TEMPERATURE;
         out->temperature_mc = 61'500;
         return static_cast<neb_status>(NEB_OK);
      };
   }
   [[nodiscard]] Provided provided() const {
      Provided provided = honest.provided();
      provided.table = &table;
      return provided;
   }
};

} // namespace

TEST(Telemetry, IsWhatTheDeviceToldAndNothingElse) {
   Sensing sensing;
   Contender contender(sensing.provided(), &sensing.table);
   const auto telemetry = read_telemetry(contender);
   ASSERT_TRUE(telemetry);
   const auto readings = readings_of("toy/sensing", *telemetry);
   ASSERT_EQ(readings.size(), 1u) << "no clock, no power, no memory";
   EXPECT_STREQ(readings[0].metric, "nebula_pow_device_temperature_celsius");
   EXPECT_EQ(readings[0].value, 61'500);
   EXPECT_EQ(readings[0].divisor, 1000u);
   Sensing::works.store(false);
   EXPECT_FALSE(read_telemetry(contender));
}

TEST(Telemetry, IsNotAskedOfABackendWhoseInstanceLeft) {
   Sensing sensing;
   Contender contender(sensing.provided(), &sensing.table);
   (void)contender.move_to(Standing::gone, "");
   EXPECT_FALSE(read_telemetry(contender));
}

TEST(Telemetry, IsReadAtMostOncePerTenSecondsAndNotByWhoeverAsks) {
   std::vector<std::vector<DeviceReading>> shown;
   std::function<void()> trigger;
   {
      PowEnvironment environment;
      const auto asker = std::this_thread::get_id();
      environment.telemetry = [&](const std::vector<DeviceReading> &readings) {
         EXPECT_NE(std::this_thread::get_id(), asker);
         shown.push_back(readings);
      };
      Sensing sensing;
      Pow pow(environment);
      ASSERT_TRUE(pow.algorithm_added(provided_algorithm(algorithm())));
      ASSERT_TRUE(pow.backend_added(sensing.provided()));
      pow.instance_ready("toy");
      trigger = pow.telemetry_trigger();
      trigger();
      trigger();
      pow.settle();
      ASSERT_EQ(shown.size(), 1u);
      ASSERT_EQ(shown[0].size(), 1u);
      EXPECT_EQ(shown[0][0].backend, "toy/sensing");
      EXPECT_NE(pow.explain("toy").value().find("\"temperature_celsius\":6.15E1"), std::string::npos)
         << pow.explain("toy").value();
   }
   trigger(); // the node ended; nobody is asked
   EXPECT_EQ(shown.size(), 1u);
}

} // namespace nebula::host::toy
