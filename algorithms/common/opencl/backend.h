#pragma once

/// A backend over one OpenCL device, for any algorithm. Nothing is compiled before a session is opened.

#include <cstdint>
#include <memory>
#include <string>

#include "common/opencl/sensors.h"
#include "common/opencl/session.h"
#include "common/pow_backend.h"

namespace nebula::common::opencl {

/// What an algorithm says of itself.
struct BackendSpec {
   std::string algorithm;    ///< "cosmic-harmony"
   std::uint64_t batch_hint; ///< nonces that take about 30 ms on such a device
   MakeWork make;
};

class OpenClBackend final : public Backend {
public:
   /// Its name is ALGORITHM/openclINDEX. What `env` holds must be callable as long as there are sessions.
   OpenClBackend(const BackendSpec &spec, const Device &device, Environment env);

   [[nodiscard]] std::unique_ptr<Session> open(const neb_pow_session_config &config, neb_error *err) const override;
   [[nodiscard]] neb_status telemetry(neb_pow_telemetry &out) const override;

private:
   Device device_;
   MakeWork make_;
   Environment env_;
   std::unique_ptr<Sensors> sensors_; ///< null: the device has none that this machine lets us read
};

} // namespace nebula::common::opencl
