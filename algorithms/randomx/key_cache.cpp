#include "key_cache.h"

#include <nebula/error.hpp>

#include <algorithm>
#include <utility>

namespace nebula::randomx {

KeyCache::KeyCache(const Maker &maker, std::string key)
   : maker_(maker), key_(std::move(key)), cache_(maker.make_cache()) {
   randomx_init_cache(cache_.get(), key_.data(), key_.size());
   idle_.reserve(k_idle_machines_max);
}

KeyCache::Machine KeyCache::borrow() {
   {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
         VmPtr vm = std::move(idle_.back());
         idle_.pop_back();
         return {shared_from_this(), std::move(vm)};
      }
   }
   return {shared_from_this(), maker_.make_vm(cache_.get(), nullptr)};
}

void KeyCache::take_back(VmPtr vm) noexcept {
   const std::lock_guard lock(mutex_);
   if (idle_.size() < k_idle_machines_max)
      idle_.push_back(std::move(vm)); // within the reserved room
}

std::shared_ptr<KeyCache> KeyCaches::get(neb_bytes key) {
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
