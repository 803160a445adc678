#pragma once

namespace nebula::common::opencl {

/// Whether the kernel shows a graphics card or accelerator at all (its device node under /dev). Asking the OpenCL
/// drivers instead costs 60 MB and some threads where one of them compiles for the processor.
[[nodiscard]] bool machine_has_accelerator();

} // namespace nebula::common::opencl
