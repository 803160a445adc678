// The plugin randomx: the algorithm, a light backend, and a fast one where the configuration and the memory allow it.

#include <nebula/executor.hpp>
#include <nebula/health.hpp>
#include <nebula/plugin.hpp>

#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "algorithm.h"
#include "common/memory.h"
#include "huge_pages.h"

namespace nebula::randomx {
namespace {

Options read_options(const Config &config) {
   Options options;
   options.huge_pages = config.get_or<bool>("huge_pages", true);
   const auto jit = config.get_or<std::string>("jit", "auto");
   if (jit != "auto" && jit != "secure" && jit != "off")
      config.at("jit").refuse("jit", "auto, secure or off");
   options.jit = jit == "auto" ? Jit::automatic : jit == "secure" ? Jit::secure : Jit::off;
   return options;
}

} // namespace

class RandomXPlugin final : public nebula::Plugin {
public:
   using Plugin::Plugin;

private:
   void init() override {
      fast_ = wants_fast();
      huge_pages_to_set_ = huge_pages_to_set(fast_, std::thread::hardware_concurrency());
      maker_.emplace(read_options(config()), [this] { say_small_pages(); });
      caches_.emplace(*maker_);
      if (fast_)
         make_datasets();
      algorithm_.emplace(randomx_spec(*caches_, datasets_ ? &*datasets_ : nullptr));
      algorithm_->provide(host());
      light_backend_.emplace(light_backend_spec(*maker_, *caches_));
      light_backend_->provide(host());
      if (datasets_) {
         fast_backend_.emplace(fast_backend_spec(*maker_, *caches_, *datasets_));
         fast_backend_->provide(host());
      }
   }

   neb_status stop(std::uint64_t) override {
      if (datasets_)
         datasets_->stop();
      return NEB_OK;
   }

   bool wants_fast() const {
      const auto mode = config().get_or<std::string>("mode", "light");
      if (mode == "light" || mode == "fast")
         return mode == "fast";
      if (mode != "auto")
         config().at("mode").refuse("mode", "light, fast or auto");
      const std::uint64_t needed = k_dataset_bytes + k_keys_max * k_cache_bytes + k_memory_kept_free;
      const std::uint64_t available = common::available_memory_bytes() + free_huge_page_bytes();
      if (available < needed)
         log().info("mode auto: light, because ", available >> 20, " MiB of memory are available and the fast mode ",
                    "should have ", needed >> 20);
      return available >= needed;
   }

   /// Costs nothing yet: a dataset is built when someone mines on the fast backend.
   void make_datasets() {
      executor_.emplace(host());
      Workers workers;
      workers.post = [this](std::function<void()> task) { executor_->post(std::move(task)); };
      workers.count = executor_->concurrency();
      workers.progress = [health = Health(host())](std::uint64_t done, std::uint64_t total) {
         health.progress("RandomX dataset", done, total, "MiB");
      };
      workers.say = [log = log()](std::string_view text) { log.warn(text); };
      workers.failed = [log = log(), health = Health(host())](std::string_view why) {
         log.warn(why);
         health.degraded("dataset", why);
      };
      datasets_.emplace(*maker_, library_work(*maker_), std::move(workers));
   }

   void say_small_pages() {
      std::call_once(small_pages_said_, [this] {
         log().warn("RandomX found too few free huge pages and is slower without them; give it some with: sysctl -w ",
                    "vm.nr_hugepages=", huge_pages_to_set_, " (or set huge_pages: false to say that this is intended)");
      });
   }

   // In the order they depend on each other.
   bool fast_ = false;
   std::uint64_t huge_pages_to_set_ = 0; // counted before this instance has taken any
   std::once_flag small_pages_said_;
   std::optional<Maker> maker_;
   std::optional<KeyCaches> caches_;
   std::optional<Executor> executor_;
   std::optional<Datasets> datasets_;
   std::optional<Algorithm> algorithm_;
   std::optional<CpuBackend> light_backend_;
   std::optional<CpuBackend> fast_backend_;
};

} // namespace nebula::randomx

NEBULA_PLUGIN(nebula::randomx::RandomXPlugin);
