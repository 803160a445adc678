#include "common/opencl/backend.h"

#include <nebula/text.hpp>

#include <utility>

namespace nebula::common::opencl {
namespace {

[[nodiscard]] BackendInfo info_of(const BackendSpec &spec, const Device &device) {
   return {.name = concat(spec.algorithm, "/opencl", device.index),
           .algorithm = spec.algorithm,
           .device = concat(device.name, " #", device.index),
           .properties = concat("algorithm=", spec.algorithm, ",", device.properties()),
           .lanes = 1,
           .batch_hint = spec.batch_hint};
}

} // namespace

OpenClBackend::OpenClBackend(const BackendSpec &spec, const Device &device, Environment env)
   : Backend(info_of(spec, device)), device_(device), make_(spec.make), env_(std::move(env)),
     sensors_(find_sensors(device)) {}

std::unique_ptr<Session> OpenClBackend::open(const neb_pow_session_config &config, neb_error *) const {
   return std::make_unique<OpenClSession>(device_, make_, env_, config);
}

neb_status OpenClBackend::telemetry(neb_pow_telemetry &out) const {
   if (!sensors_)
      return NEB_E_UNSUPPORTED;
   sensors_->read(out);
   return NEB_OK;
}

} // namespace nebula::common::opencl
