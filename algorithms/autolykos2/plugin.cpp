// The plugin autolykos2: the algorithm, and a backend for every kernel that this machine has.

#include <nebula/plugin.hpp>

#include <deque>
#include <optional>

#include "algorithm.h"

namespace nebula::autolykos2 {

class Autolykos2Plugin final : public nebula::Plugin {
public:
   using Plugin::Plugin;

private:
   void init() override {
      const auto accept_until = config().get_or<std::uint64_t>("accept_until", k_accept_until_default);
      say_deprecated(accept_until);
      const Kernel &best = provide_kernels();
      algorithm_.emplace(autolykos2_spec(best, accept_until));
      algorithm_->provide(host());
   }

   void say_deprecated(std::uint64_t accept_until) const {
      constexpr auto why =
         "autolykos2 is deprecated: little hash rate protects a chain that accepts it; use randomx or "
         "cosmic-harmony instead. ";
      if (accept_until == 0)
         log().warn(why, "No end is set: a chain may accept its blocks at every height (accept_until: 0)");
      else
         log().warn(why, "A chain may accept its blocks up to height ", accept_until);
   }

   /// Offers the tableless backends and returns the quickest kernel that computes rightly.
   const Kernel &provide_kernels() {
      const Kernel *best = &k_plain_kernel;
      for (const Kernel *kernel : available_kernels()) {
         if (kernel == &k_plain_kernel)
            continue; // the host's reference backend does the same
         if (!passes_self_test(*kernel)) {
            log().error("the ", kernel->name, " kernel computes wrong hashes on this processor and is not used; ",
                        "please report this with the model named in /proc/cpuinfo");
            continue;
         }
         tableless_.emplace_back(tableless_backend_spec(*kernel)).provide(host());
         best = kernel;
      }
      return *best;
   }

   // The host calls through tables inside these: a deque leaves its elements where they are.
   std::optional<Algorithm> algorithm_;
   std::deque<CpuBackend> tableless_;
};

} // namespace nebula::autolykos2

NEBULA_PLUGIN(nebula::autolykos2::Autolykos2Plugin);
