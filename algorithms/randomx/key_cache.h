#pragma once

/// The caches of the keys in use: at most three, each with its pool of machines.

#include <nebula/abi.h>

#include <cstdint>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "machine.h"

namespace nebula::randomx {

/// The previous key (late blocks), the current one, and the next, prepared ahead. 768 MiB.
inline constexpr std::size_t k_keys_max = 3;

/// Machines that one key keeps ready while nobody uses them: more threads than this verify at once only in a burst.
inline constexpr std::size_t k_idle_machines_max = 16;

/// One key's cache. Machines come from it and go back to it; it lives until the last of them is back.
class KeyCache : public std::enable_shared_from_this<KeyCache> {
public:
   /// Initialises the cache, which takes about half a second. Throws NEB_E_NO_MEMORY.
   KeyCache(const Maker &maker, std::string key);

   [[nodiscard]] const std::string &key() const noexcept { return key_; }
   [[nodiscard]] randomx_cache *raw() const noexcept { return cache_.get(); }

   /// A machine for one thread, borrowed from the pool. It keeps the cache alive.
   class Machine {
   public:
      Machine(std::shared_ptr<KeyCache> owner, VmPtr vm) noexcept : owner_(std::move(owner)), vm_(std::move(vm)) {}
      Machine(Machine &&) noexcept = default;
      Machine &operator=(Machine &&) = delete;
      ~Machine() {
         if (owner_)
            owner_->take_back(std::move(vm_));
      }
      [[nodiscard]] randomx_vm *raw() const noexcept { return vm_.get(); }

   private:
      std::shared_ptr<KeyCache> owner_;
      VmPtr vm_;
   };
   [[nodiscard]] Machine borrow();

private:
   void take_back(VmPtr vm) noexcept;

   const Maker &maker_;
   std::string key_;
   CachePtr cache_;
   std::mutex mutex_;
   std::vector<VmPtr> idle_; ///< at most k_idle_machines_max; destroyed before the cache
};

/// Finds the cache of a key, or makes it. Thread-safe; threads that ask for a key that is being made wait for that one
/// only. The key used longest ago gives way to a fourth one, and is freed when the last machine on it is back.
class KeyCaches {
public:
   /// `maker` outlives this and all caches.
   explicit KeyCaches(const Maker &maker) : maker_(maker) {}

   /// Throws NEB_E_INVALID for a key over 60 bytes, NEB_E_NO_MEMORY.
   [[nodiscard]] std::shared_ptr<KeyCache> get(neb_bytes key);

   /// How many keys are kept now.
   [[nodiscard]] std::size_t count() const;

private:
   using Future = std::shared_future<std::shared_ptr<KeyCache>>;
   struct Entry {
      std::string key;
      std::uint64_t id; ///< of the making, so that a failed one removes itself and nothing else
      Future cache;
   };

   [[nodiscard]] std::shared_ptr<KeyCache> make(const std::string &key, std::uint64_t id,
                                                std::promise<std::shared_ptr<KeyCache>> promise);

   const Maker &maker_;
   mutable std::mutex mutex_;
   std::list<Entry> entries_; ///< the one used last first; at most k_keys_max
   std::uint64_t next_id_ = 0;
};

} // namespace nebula::randomx
