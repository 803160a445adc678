#include "key_cache.h"

#include <nebula/error.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace nebula::randomx {

namespace {

/// How often one who waits for another's cache looks whether it is still wanted.
constexpr std::chrono::milliseconds k_look_again{20};

} // namespace

KeyCache::KeyCache(const Maker &maker, std::string key)
   : key_(std::move(key)), cache_(maker.make_cache()),
     machines_([&maker, cache = cache_.get()] { return maker.make_vm(cache, nullptr); }) {
   maker.init_cache(cache_.get(), key_);
}

std::shared_ptr<KeyCache> KeyCaches::get(neb_bytes key, const std::atomic<bool> *given_up) {
   if (key.len > k_key_bytes_max)
      throw Error(NEB_E_INVALID, "a RandomX key has at most 60 bytes; this one has ", key.len);
   std::string text(reinterpret_cast<const char *>(key.ptr), key.len);
   std::promise<std::shared_ptr<KeyCache>> promise;
   std::uint64_t id = 0;
   Entry evicted{}; // freed after the lock is: that gives back 256 MiB
   {
      std::unique_lock lock(mutex_);
      const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry &e) { return e.key == text; });
      if (found != entries_.end()) {
         entries_.splice(entries_.begin(), entries_, found);
         const Future cache = found->cache;
         lock.unlock();
         while (given_up && cache.wait_for(k_look_again) != std::future_status::ready)
            if (given_up->load())
               throw Error(NEB_E_CANCELLED, "the session ended while its key was made ready");
         return cache.get();
      }
      id = next_id_++;
      entries_.push_front({text, id, promise.get_future().share()});
      if (entries_.size() > k_keys_max) {
         evicted = std::move(entries_.back());
         entries_.pop_back();
      }
   }
   evicted = {};
   return make(text, id, std::move(promise));
}

std::shared_ptr<KeyCache> KeyCaches::make(const std::string &key, std::uint64_t id,
                                          std::promise<std::shared_ptr<KeyCache>> promise) {
   try {
      auto cache = std::make_shared<KeyCache>(maker_, key);
      promise.set_value(cache);
      return cache;
   } catch (...) {
      promise.set_exception(std::current_exception());
      const std::lock_guard lock(mutex_);
      entries_.remove_if([&](const Entry &e) { return e.id == id; });
      throw;
   }
}

std::size_t KeyCaches::count() const {
   const std::lock_guard lock(mutex_);
   return entries_.size();
}

} // namespace nebula::randomx
