// The plugin cosmic-harmony: two algorithms, and a backend for every kernel and device that this machine has.

#include <nebula/plugin.hpp>

#include <deque>
#include <string>
#include <string_view>

#include "algorithms.h"
#include "cpu_backend.h"
#include "native5.h"
#if defined(NEBULA_HAVE_OPENCL)
#include "common/opencl/offer.h"
#include "opencl_backend.h"
#endif

namespace nebula::cosmic_harmony {

class CosmicHarmonyPlugin final : public nebula::Plugin {
public:
   using Plugin::Plugin;

private:
   void init() override {
      (void)native5({}, 0); // throws when OpenSSL has no SHA-3: better now than in a block's validation
      cosmic_harmony_.provide(host());
      native5_.provide(host());
      provide_cpu();
      provide_opencl();
   }

   void provide_cpu() {
      for (const Kernel &kernel : available_kernels()) {
         if (passes_self_test(kernel))
            cpu_.emplace_back(cpu_backend_spec(kernel)).provide(host());
         else
            log().error("the ", kernel.name, " kernel computes wrong hashes on this processor and is not offered; ",
                        "please report this with the model named in /proc/cpuinfo");
      }
   }

   void provide_opencl() {
#if defined(NEBULA_HAVE_OPENCL)
      opencl_.provide(host(), config(),
                      [](const common::opencl::Device &device) { return opencl_backend_spec(device); });
#else
      log().info("no OpenCL backend: this build has none (opencl-headers were missing)");
#endif
   }

   // The host calls through tables inside these: a deque leaves its elements where they are.
   Algorithm cosmic_harmony_{cosmic_harmony_spec()};
   Algorithm native5_{native5_spec()};
   std::deque<CpuBackend> cpu_;
#if defined(NEBULA_HAVE_OPENCL)
   common::opencl::Offer opencl_;
#endif
};

} // namespace nebula::cosmic_harmony

NEBULA_PLUGIN(nebula::cosmic_harmony::CosmicHarmonyPlugin);
