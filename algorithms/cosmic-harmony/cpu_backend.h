#pragma once

/// A backend over one CPU kernel.

#include "common/pow_backend.h"
#include "kernels.h"

namespace nebula::cosmic_harmony {

inline constexpr const char *k_algorithm_name = "cosmic-harmony";

class CpuBackend final : public common::Backend {
public:
   explicit CpuBackend(const Kernel &kernel);
   [[nodiscard]] std::unique_ptr<common::Session> open(const neb_pow_session_config &config,
                                                       neb_error *err) const override;

private:
   Kernel kernel_;
};

} // namespace nebula::cosmic_harmony
