// The plugin cosmic-harmony: two algorithms, and a backend for every kernel and device that this machine has.

#include <nebula/node.hpp>
#include <nebula/plugin.hpp>

#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

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
      cosmic_harmony_.provide(host());
      native5_.provide(host());
      provide_cpu();
      const auto opencl = config().get_or<std::string>("opencl", "gpu");
      if (opencl != "gpu" && opencl != "all" && opencl != "off")
         config().at("opencl").refuse("opencl", "gpu, all or off");
      if (opencl != "off")
         provide_opencl(opencl == "all");
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

   void provide_opencl([[maybe_unused]] bool also_cpu) {
#if defined(NEBULA_HAVE_OPENCL)
      using common::opencl::Kinds;
      const common::opencl::Environment environment = {
         .clock = Clock(host()),
         .store = store(),
         .note = [log = log()](std::string_view text) { log.warn(text); },
         .lost = [log = log()](std::string_view text) { log.error(text); }};
      std::string why;
      for (const common::opencl::Device &device :
           common::opencl::list_devices(also_cpu ? Kinds::all : Kinds::no_cpu, why)) {
         const auto &backend = opencl_.emplace_back(opencl_backend_spec(device), device, environment);
         const common::BackendInfo &info = backend.info();
         host().provide(NEB_SVC_POW_BACKEND, backend.table(), info.name.c_str(), info.properties.c_str());
      }
      if (!why.empty())
         log().info("no OpenCL backend: ", why);
#else
      log().info("no OpenCL backend: this build has none (opencl-headers were missing)");
#endif
   }

#if defined(NEBULA_HAVE_OPENCL)
   /// Where compiled kernels are kept between runs: in the instance's folder, if the host gives it one.
   std::shared_ptr<common::opencl::Store> store() {
      if (!host().raw()->get_extension(host().raw(), NEB_EXT_NODE))
         return nullptr;
      return std::make_shared<common::opencl::Store>(std::filesystem::path(Node(host()).data_dir()) / "opencl");
   }
#endif

   // The host calls through tables inside these: a deque leaves its elements where they are.
   Algorithm cosmic_harmony_{cosmic_harmony_spec()};
   Algorithm native5_{native5_spec()};
   std::deque<CpuBackend> cpu_;
#if defined(NEBULA_HAVE_OPENCL)
   std::deque<common::opencl::OpenClBackend> opencl_;
#endif
};

} // namespace nebula::cosmic_harmony

NEBULA_PLUGIN(nebula::cosmic_harmony::CosmicHarmonyPlugin);
