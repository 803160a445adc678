#include "cpu_backend.h"

#include <string>

#include "job_rules.h"
#include "range_scanner.h"

namespace nebula::cosmic_harmony {
namespace {

common::BackendInfo info_of(const Kernel &kernel) {
   return {.name = std::string(k_algorithm_name) + "/" + std::string(kernel.name),
           .algorithm = k_algorithm_name,
           .device = "CPU",
           .properties = std::string(kernel.properties),
           .lanes = 0,
           .batch_hint = kernel.batch_hint};
}

} // namespace

CpuBackend::CpuBackend(const Kernel &kernel) : Backend(info_of(kernel)), kernel_(kernel) {}

std::unique_ptr<common::Session> CpuBackend::open(const neb_pow_session_config &config, neb_error *) const {
   return std::make_unique<common::CpuSession>(std::make_unique<RangeScanner>(kernel_), k_job_rules, config.depth_max);
}

} // namespace nebula::cosmic_harmony
