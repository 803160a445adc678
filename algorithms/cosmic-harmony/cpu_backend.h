#pragma once

/// A backend over one CPU kernel.

#include <nebula/cpu_backend.hpp>

#include "kernels.h"

namespace nebula::cosmic_harmony {

/// `kernel` is one of available_kernels(), which live for ever.
[[nodiscard]] CpuBackendSpec cpu_backend_spec(const Kernel &kernel);

} // namespace nebula::cosmic_harmony
