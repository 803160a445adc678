#pragma once

/// Cosmic Harmony on an OpenCL device: what this algorithm brings to the shared session.

#include "common/opencl/backend.h"

namespace nebula::cosmic_harmony {

/// Which form of the kernel a device gets. `automatic` takes vectors where the driver prefers them, or is a processor.
enum class KernelForm { automatic, scalar, vector };

[[nodiscard]] common::opencl::BackendSpec opencl_backend_spec(const common::opencl::Device &device,
                                                              KernelForm form = KernelForm::automatic);

} // namespace nebula::cosmic_harmony
