#pragma once

/// Owners of the library's objects, and the order in which their flags are tried.

#include <randomx.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "options.h"

namespace nebula::randomx {

struct ReleaseCache {
   void operator()(randomx_cache *cache) const noexcept { randomx_release_cache(cache); }
};
struct ReleaseDataset {
   void operator()(randomx_dataset *dataset) const noexcept { randomx_release_dataset(dataset); }
};
struct DestroyVm {
   void operator()(randomx_vm *vm) const noexcept { randomx_destroy_vm(vm); }
};
using CachePtr = std::unique_ptr<randomx_cache, ReleaseCache>;
using DatasetPtr = std::unique_ptr<randomx_dataset, ReleaseDataset>;
using VmPtr = std::unique_ptr<randomx_vm, DestroyVm>;

/// Makes the objects as the options ask and the system allows. Thread-safe.
class Maker {
public:
   /// Told, possibly several times, when something was allocated without huge pages although they were asked for.
   using OnSmallPages = std::function<void()>;

   Maker(Options options, OnSmallPages on_small_pages);

   /// An uninitialised cache. Throws nebula::Error NEB_E_NO_MEMORY.
   [[nodiscard]] CachePtr make_cache() const;

   /// Fills it, in half a second. Machines on it may be made afterwards.
   void init_cache(randomx_cache *cache, std::string_view key) const;

   /// A dataset of 2080 MiB, uninitialised, spread over the machine's memory nodes; null when there is no memory for
   /// it. Without reserved huge pages the kernel is asked for transparent ones.
   [[nodiscard]] DatasetPtr make_dataset() const;

   /// A machine for exactly one of the two. Throws nebula::Error NEB_E_NO_MEMORY.
   [[nodiscard]] VmPtr make_vm(randomx_cache *cache, randomx_dataset *dataset) const;

private:
   template <class Make>
   auto with_pages(std::uint64_t bytes, Make &&make) const;

   Options options_;
   OnSmallPages on_small_pages_;
   randomx_flags recommended_;
};

/// RandomX leaves the rounding mode of the thread changed: this puts it back.
class KeepRounding {
public:
   KeepRounding() noexcept;
   ~KeepRounding();
   KeepRounding(const KeepRounding &) = delete;
   KeepRounding &operator=(const KeepRounding &) = delete;

private:
   int before_;
};

} // namespace nebula::randomx
