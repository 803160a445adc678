#pragma once

/// Autolykos v2 on an OpenCL device, which builds the table in its own memory: what this algorithm brings to the shared
/// session.

#include "common/opencl/backend.h"
#include "kernels.h"
#include "table_size.h"

namespace nebula::autolykos2 {

/// `kernel` judges the candidates on this processor; it lives for ever.
[[nodiscard]] common::opencl::BackendSpec
opencl_backend_spec(const Kernel &kernel, const common::opencl::Device &device, TableSizeRule rule = table_size);

} // namespace nebula::autolykos2
