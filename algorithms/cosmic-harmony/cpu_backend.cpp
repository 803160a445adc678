#include "cpu_backend.h"

#include "algorithms.h"
#include "range_scanner.h"

namespace nebula::cosmic_harmony {

CpuBackendSpec cpu_backend_spec(const Kernel &kernel) {
   CpuBackendSpec spec;
   spec.name = kernel.backend_name;
   spec.algorithm = k_algorithm_name;
   spec.properties = kernel.properties;
   spec.batch_hint = kernel.batch_hint;
   spec.width = kernel.width;
   spec.open = [kernel] { return std::make_unique<RangeScanner>(kernel.scan); };
   return spec;
}

} // namespace nebula::cosmic_harmony
