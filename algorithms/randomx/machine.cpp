#include "machine.h"

#include <nebula/error.hpp>

#include <cfenv>
#include <utility>

#include "huge_pages.h"
#include "numa.h"

namespace nebula::randomx {
namespace {

[[nodiscard]] randomx_flags without(randomx_flags flags, randomx_flags removed) noexcept {
   return static_cast<randomx_flags>(static_cast<int>(flags) & ~static_cast<int>(removed));
}

} // namespace

Maker::Maker(Options options, OnSmallPages on_small_pages)
   : options_(options), on_small_pages_(std::move(on_small_pages)), recommended_(randomx_get_flags()) {
   recommended_ = options_.jit == Jit::off ? without(recommended_, RANDOMX_FLAG_JIT) : recommended_;
}

/// Calls `make` with the large-pages flag, then without; null when both give null. The reserve is looked at first,
/// because the library (1.1.10) leaks its compiler when a cache finds no large pages.
template <class Make>
auto Maker::with_pages(std::uint64_t bytes, Make &&make) const {
   if (options_.huge_pages) {
      if (free_huge_page_bytes() >= bytes)
         if (auto made = make(RANDOMX_FLAG_LARGE_PAGES))
            return made;
      auto made = make(RANDOMX_FLAG_DEFAULT);
      if (made)
         on_small_pages_();
      return made;
   }
   return make(RANDOMX_FLAG_DEFAULT);
}

CachePtr Maker::make_cache() const {
   const SpreadHere spread;
   const randomx_flags flags = recommended_ & (RANDOMX_FLAG_JIT | RANDOMX_FLAG_ARGON2);
   CachePtr cache =
      with_pages(k_cache_bytes, [&](randomx_flags pages) { return CachePtr(randomx_alloc_cache(flags | pages)); });
   // A system that forbids executable memory refuses the compiled form only.
   if (!cache)
      cache.reset(randomx_alloc_cache(without(flags, RANDOMX_FLAG_JIT)));
   if (!cache)
      throw Error(NEB_E_NO_MEMORY, "no memory for a RandomX cache: it needs 256 MiB per key");
   return cache;
}

void Maker::init_cache(randomx_cache *cache, std::string_view key) const {
   const SpreadHere spread; // the pages come at the first touch
   randomx_init_cache(cache, key.data(), key.size());
}

DatasetPtr Maker::make_dataset() const {
   const SpreadHere spread; // reserved huge pages come at once
   DatasetPtr dataset =
      with_pages(k_dataset_bytes, [](randomx_flags pages) { return DatasetPtr(randomx_alloc_dataset(pages)); });
   if (dataset) {
      void *memory = randomx_get_dataset_memory(dataset.get());
      if (spread.active())
         (void)spread_pages(memory, k_dataset_bytes); // others come when the workers touch them
      if (options_.huge_pages)
         ask_for_huge_pages(memory, k_dataset_bytes);
   }
   return dataset;
}

VmPtr Maker::make_vm(randomx_cache *cache, randomx_dataset *dataset) const {
   const randomx_flags base = without(recommended_, RANDOMX_FLAG_JIT | RANDOMX_FLAG_ARGON2) |
                              (dataset ? RANDOMX_FLAG_FULL_MEM : RANDOMX_FLAG_DEFAULT);
   const auto attempt = [&](randomx_flags jit) {
      return with_pages(k_scratchpad_bytes, [&](randomx_flags pages) {
         return VmPtr(randomx_create_vm(base | jit | pages, cache, dataset));
      });
   };
   const bool compile = (recommended_ & RANDOMX_FLAG_JIT) != 0;
   VmPtr vm;
   if (compile && options_.jit == Jit::automatic)
      vm = attempt(RANDOMX_FLAG_JIT);
   if (!vm && compile)
      vm = attempt(RANDOMX_FLAG_JIT | RANDOMX_FLAG_SECURE);
   if (!vm)
      vm = attempt(RANDOMX_FLAG_DEFAULT);
   if (!vm)
      throw Error(NEB_E_NO_MEMORY, "no memory for a RandomX machine: it needs 2 MiB per thread");
   return vm;
}

KeepRounding::KeepRounding() noexcept : before_(std::fegetround()) {}

KeepRounding::~KeepRounding() {
   (void)std::fesetround(before_);
}

} // namespace nebula::randomx
