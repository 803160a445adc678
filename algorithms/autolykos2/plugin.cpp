// The plugin autolykos2: the algorithm, a tableless backend for every kernel that this machine has, and one that mines
// with the table where the memory allows it.

#include <nebula/executor.hpp>
#include <nebula/health.hpp>
#include <nebula/node.hpp>
#include <nebula/plugin.hpp>
#include <nebula/text.hpp>

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "algorithm.h"
#include "common/memory.h"
#if defined(NEBULA_HAVE_OPENCL)
#include "common/opencl/offer.h"
#include "opencl_backend.h"
#endif

namespace nebula::autolykos2 {

class Autolykos2Plugin final : public nebula::Plugin {
public:
   using Plugin::Plugin;

private:
   void init() override {
      const auto accept_until = config().get_or<std::uint64_t>("accept_until", k_accept_until_default);
      const Meaning meaning = wanted_meaning();
      rule_ = rule_of(meaning);
      const Kernel &best = provide_kernels();
      algorithm_.emplace(autolykos2_spec(best, accept_until, meaning));
      algorithm_->provide(host());
      if (wants_table())
         provide_table(best);
      provide_opencl(best);
   }

   /// Tiny tables are for networks that this project makes for development, and for nobody by accident.
   Meaning wanted_meaning() const {
      constexpr std::string_view k_option = "development_tiny_table", k_network = "nebula-dev";
      if (!config().get_or<bool>(k_option, false))
         return Meaning::consensus;
      const bool known = host().raw()->get_extension(host().raw(), NEB_EXT_NODE) != nullptr;
      const std::string_view network = known ? Node(host()).network() : "of a name that the host does not tell";
      if (network != k_network)
         config().at(k_option).refuse(
            k_option, concat("false, since this node's network is ", network, "; tiny tables are for ", k_network));
      log().warn(k_option,
                 ": tables of about a thousand elements. These hashes are not Autolykos v2's: easy to compute, "
                 "and worth nothing to any pool or other network");
      return Meaning::tiny_tables;
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
         tableless_.emplace_back(tableless_backend_spec(*kernel, rule_)).provide(host());
         best = kernel;
      }
      return *best;
   }

   bool wants_table() const {
      const auto table = config().get_or<std::string>("table", "auto");
      if (table == "on" || table == "off") {
         log().info("mining on the processor ", table == "on" ? "with" : "without", " the table (table: ", table, ")");
         return table == "on";
      }
      if (table != "auto")
         config().at("table").refuse("table", "auto, on or off");
      const std::uint64_t needed = Table::bytes_for(rule_(0)) + k_memory_kept_free;
      const std::uint64_t available = common::available_memory_bytes();
      const bool enough = available >= needed;
      log().info("mining on the processor ", enough ? "with" : "without", " the table: ", available >> 20,
                 " MiB of memory are available and it should have ", needed >> 20);
      return enough;
   }

   /// Costs nothing yet: a table is built when someone mines on this backend.
   void provide_table(const Kernel &kernel) {
      executor_.emplace(host());
      Workers workers;
      workers.post = [this](std::function<void()> task) { executor_->post(std::move(task)); };
      workers.count = executor_->concurrency();
      workers.progress = [health = Health(host())](std::uint64_t done, std::uint64_t total) {
         health.progress("Autolykos table", done, total, "MiB");
      };
      workers.failed = [log = log(), health = Health(host())](std::string_view why) {
         log.warn(why);
         health.degraded("table", why);
      };
      workers.available_bytes = common::available_memory_bytes;
      tables_.emplace(kernel, rule_, std::move(workers));
      table_backend_.emplace(table_backend_spec(kernel, *tables_, rule_));
      table_backend_->provide(host());
   }

   /// `judge` decides about a device's candidates.
   void provide_opencl([[maybe_unused]] const Kernel &judge) {
#if defined(NEBULA_HAVE_OPENCL)
      opencl_.provide(host(), config(), [this, &judge](const common::opencl::Device &device) {
         return opencl_backend_spec(judge, device, rule_);
      });
#else
      log().info("no OpenCL backend: this build has none (opencl-headers were missing)");
#endif
   }

   // The host calls through tables inside these: a deque leaves its elements where they are.
   std::optional<Algorithm> algorithm_;
   std::deque<CpuBackend> tableless_;
   std::optional<Tables> tables_; // before the tasks that use it are dropped
   std::optional<Executor> executor_;
   std::optional<CpuBackend> table_backend_;
   TableSizeRule rule_ = table_size;
#if defined(NEBULA_HAVE_OPENCL)
   common::opencl::Offer opencl_;
#endif
};

} // namespace nebula::autolykos2

NEBULA_PLUGIN(nebula::autolykos2::Autolykos2Plugin);
