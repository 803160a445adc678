#include "opencl_backend.h"

#include <nebula/text.hpp>

#include <utility>

#include "algorithms.h"
#include "opencl_session.h"

namespace nebula::cosmic_harmony {
namespace {

using common::opencl::Device;

common::BackendInfo info_of(const Device &device) {
   return {.name = concat(k_algorithm_name, "/opencl", device.index),
           .algorithm = k_algorithm_name,
           .device = concat(device.name, " #", device.index),
           .properties = concat("algorithm=", k_algorithm_name, ",device=", device.cpu ? "cpu" : "gpu",
                                ",kind=opencl,vendor=", device.vendor, ",index=", device.index),
           .lanes = 1,
           .batch_hint = device.cpu ? std::uint64_t{1} << 24 : std::uint64_t{1} << 28};
}

} // namespace

OpenClBackend::OpenClBackend(const Device &device, Clock clock, std::function<void(std::string_view)> log)
   : Backend(info_of(device)), device_(device), clock_(clock), log_(std::move(log)) {}

std::unique_ptr<common::Session> OpenClBackend::open(const neb_pow_session_config &config, neb_error *) const {
   return std::make_unique<OpenClSession>(device_, config.depth_max, clock_, log_);
}

} // namespace nebula::cosmic_harmony
