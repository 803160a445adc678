#pragma once

/// The caches of the keys in use: at most three, each with its pool of machines.

#include <nebula/abi.h>

#include <atomic>
#include <cstdint>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "machine_pool.h"
#include "options.h"

namespace nebula::randomx {

/// One key's cache. Machines come from it and go back to it; it lives until the last of them is back.
class KeyCache : public std::enable_shared_from_this<KeyCache> {
public:
   /// Initialises the cache, which takes about half a second. Throws NEB_E_NO_MEMORY.
   KeyCache(const Maker &maker, std::string key);

   [[nodiscard]] const std::string &key() const noexcept { return key_; }
   [[nodiscard]] randomx_cache *raw() const noexcept { return cache_.get(); }

   [[nodiscard]] BorrowedMachine borrow() {
      return BorrowedMachine(std::shared_ptr<MachinePool>(shared_from_this(), &machines_));
   }

private:
   std::string key_;
   CachePtr cache_;
   MachinePool machines_; ///< destroyed before the cache
};

/// Finds the cache of a key, or makes it. Thread-safe; threads that ask for a key that is being made wait for that one
/// only. The key used longest ago gives way to a fourth one, and is freed when the last machine on it is back.
class KeyCaches {
public:
   /// `maker` outlives this and all caches.
   explicit KeyCaches(const Maker &maker) : maker_(maker) {}

   /// `given_up` (may be null) ends the waiting for another thread that makes the key, within 20 ms.
   /// Throws NEB_E_INVALID for a key over 60 bytes, NEB_E_NO_MEMORY, NEB_E_CANCELLED when given up.
   [[nodiscard]] std::shared_ptr<KeyCache> get(neb_bytes key, const std::atomic<bool> *given_up = nullptr);

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
