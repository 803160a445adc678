// The plugin cosmic-harmony: two algorithms, and a backend for every kernel and device that this machine has.

#include <nebula/plugin.hpp>

#include <memory>
#include <string>
#include <vector>

#include "algorithms.h"
#include "cpu_backend.h"
#include "native5.h"
#if defined(NEBULA_HAVE_OPENCL)
#include "opencl_backend.h"
#endif

namespace nebula::cosmic_harmony {

class CosmicHarmonyPlugin final : public nebula::Plugin {
public:
   using Plugin::Plugin;

private:
   void init() override {
      (void)native5({}, 0); // throws when OpenSSL has no SHA-3: better now than in a block's validation
      host().provide(NEB_SVC_POW_ALGORITHM, algorithms_.cosmic_harmony(), algorithms_.cosmic_harmony().name);
      host().provide(NEB_SVC_POW_ALGORITHM, algorithms_.native5(), algorithms_.native5().name);
      provide_cpu();
      if (config().get_or<bool>("opencl", true))
         provide_opencl();
   }

   void provide_cpu() {
      for (const Kernel &kernel : available_kernels()) {
         if (passes_self_test(kernel))
            provide(std::make_unique<CpuBackend>(kernel));
         else
            log().error("the ", kernel.name, " kernel computes wrong hashes on this processor and is not offered; ",
                        "please report this with the model named in /proc/cpuinfo");
      }
   }

   void provide_opencl() {
#if defined(NEBULA_HAVE_OPENCL)
      std::string why;
      for (const common::opencl::Device &device : common::opencl::list_devices(why))
         provide(std::make_unique<OpenClBackend>(device, [log = log()](std::string_view text) { log.error(text); }));
      if (!why.empty())
         log().info("no OpenCL backend: ", why);
#else
      log().info("no OpenCL backend: this build has none (opencl-headers were missing)");
#endif
   }

   void provide(std::unique_ptr<common::Backend> backend) {
      const common::BackendInfo &info = backend->info();
      host().provide(NEB_SVC_POW_BACKEND, backend->table(), info.name.c_str(), info.properties.c_str());
      backends_.push_back(std::move(backend));
   }

   Algorithms algorithms_;
   std::vector<std::unique_ptr<common::Backend>> backends_;
};

} // namespace nebula::cosmic_harmony

NEBULA_PLUGIN(nebula::cosmic_harmony::CosmicHarmonyPlugin);
