#include "common/cpu_features.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace nebula::common {
#if defined(__x86_64__)
namespace {

/// g++ 12 does not know this one by name. It needs no wide registers, so CPUID alone decides.
bool has_sha() noexcept {
   unsigned a = 0, b = 0, c = 0, d = 0;
   return __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
}

} // namespace
#endif

CpuFeatures cpu_features() noexcept {
#if defined(__x86_64__)
   // The builtins read CPUID and XCR0, so a kernel that does not save the wide registers counts as "no".
   __builtin_cpu_init();
   return {.avx2 = __builtin_cpu_supports("avx2") != 0,
           .avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"),
           .sha = has_sha()};
#else
   return {};
#endif
}

} // namespace nebula::common
