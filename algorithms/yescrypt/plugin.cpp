// The plugin yescrypt: seven algorithms with names of their own, the family of all others, and a backend of each for
// every kernel that this machine runs.

#include <nebula/plugin.hpp>

#include <deque>
#include <mutex>
#include <optional>

#include "family.h"
#include "variants.h"

namespace nebula::yescrypt {

class YescryptPlugin final : public nebula::Plugin {
public:
   using Plugin::Plugin;

private:
   void init() override {
      for (const Kernel &kernel : available_kernels())
         take_if_right(kernel);
      shared_.on_small_pages = [this] { say_small_pages(); };
      for (const Variant &variant : named_variants())
         named_.emplace_back(shared_, variant.name, variant.text, parse_parameters(variant.parameters)).provide(host());
      family_.emplace(host(), shared_);
      family_->provide();
   }

   void take_if_right(const Kernel &kernel) {
      if (passes_self_test(kernel))
         shared_.kernels.push_back(kernel);
      else
         log().error("the ", kernel.name, " kernel computes wrong hashes on this processor and is not offered; ",
                     "please report this with the model named in /proc/cpuinfo");
   }

   void say_small_pages() {
      std::call_once(small_pages_said_, [this] {
         log().info("yescrypt mines on small pages, a little slower: the system has no large ones to give. Allow them ",
                    "with: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled");
      });
   }

   // In the order they depend on each other. The host calls through tables inside these: a deque leaves its elements
   // where they are.
   std::once_flag small_pages_said_;
   Shared shared_;
   std::deque<Member> named_;
   std::optional<Family> family_;
};

} // namespace nebula::yescrypt

NEBULA_PLUGIN(nebula::yescrypt::YescryptPlugin);
