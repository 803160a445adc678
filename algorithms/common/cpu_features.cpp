#include "common/cpu_features.h"

namespace nebula::common {

CpuFeatures cpu_features() noexcept {
#if defined(__x86_64__)
   // The builtins read CPUID and XCR0, so a kernel that does not save the wide registers counts as "no".
   __builtin_cpu_init();
   return {.avx2 = __builtin_cpu_supports("avx2") != 0,
           .avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")};
#else
   return {};
#endif
}

} // namespace nebula::common
