#include "dataset.h"

#include <nebula/error.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace nebula::randomx {
namespace {

/// 2 MiB of dataset, about 40 ms of one core: a task of the host should not take longer.
constexpr std::uint64_t k_piece_items = 32768;

[[nodiscard]] std::uint64_t items() noexcept {
   return randomx_dataset_item_count();
}

[[nodiscard]] std::uint64_t pieces() noexcept {
   return (items() + k_piece_items - 1) / k_piece_items;
}

[[nodiscard]] std::uint64_t mib_of(std::uint64_t piece_count) noexcept {
   return piece_count * k_piece_items * RANDOMX_DATASET_ITEM_SIZE >> 20;
}

} // namespace

Dataset::Dataset(const Maker &maker, Workers workers) : maker_(maker), workers_(std::move(workers)) {}

void Dataset::want(const std::shared_ptr<KeyCache> &cache) {
   const std::lock_guard lock(plan_);
   const std::string &key = cache->key();
   if (unavailable_)
      return;
   if (started_ && key == wanted_) {
      used_ = true;
      asked_for_other_ = 0;
      return;
   }
   if (key != other_) {
      other_ = key;
      asked_for_other_ = 0;
   }
   if (++asked_for_other_ >= k_interest && !build_ && begin(cache)) {
      used_ = true;
      post_workers();
   }
}

void Dataset::build_ahead(const std::shared_ptr<KeyCache> &cache) {
   std::unique_lock lock(plan_);
   if (!(started_ && cache->key() == wanted_)) {
      if (unavailable_ || build_ || used_ || !begin(cache))
         return;
      post_workers();
   }
   if (const std::shared_ptr<Build> build = build_) {
      lock.unlock();
      while (do_piece(*build)) {
      }
      lock.lock();
      built_.wait(lock, [&] { return build_ != build; });
   }
}

bool Dataset::begin(const std::shared_ptr<KeyCache> &cache) {
   try {
      allocate();
      build_ = std::make_shared<Build>();
      build_->cache = cache;
   } catch (const std::exception &e) {
      give_up(e.what());
      return false;
   }
   wanted_ = cache->key();
   started_ = true;
   used_ = false;
   asked_for_other_ = 0;
   return true;
}

void Dataset::allocate() {
   const std::unique_lock lock(content_); // waits for the slices under way
   ready_ = false;
   if (!raw_)
      raw_ = maker_.make_dataset();
   if (!raw_)
      throw Error(NEB_E_NO_MEMORY, "no memory for the RandomX dataset (2080 MiB): hashing lightly, at about a tenth ",
                  "of the speed; free some memory or set mode: light");
}

void Dataset::post_workers() {
   workers_.progress(0, mib_of(pieces()));
   for (std::uint32_t i = 0; i < workers_.count; ++i) {
      try {
         post_worker(build_);
      } catch (const std::exception &e) {
         if (i == 0)
            give_up(e.what());
         return; // with fewer helpers it is slower, not wrong
      }
   }
}

void Dataset::give_up(std::string_view why) {
   unavailable_ = true;
   build_.reset();
   built_.notify_all();
   workers_.failed(why);
}

void Dataset::post_worker(const std::shared_ptr<Build> &build) {
   workers_.post([this, build] { work(build); });
}

void Dataset::work(const std::shared_ptr<Build> &build) {
   while (do_piece(*build)) {
      try {
         return post_worker(build);
      } catch (const std::exception &) {
         // The queue is full just now: go on here.
      }
   }
}

/// False when no piece was left.
bool Dataset::do_piece(Build &build) {
   const std::uint64_t piece = build.next.fetch_add(1);
   if (piece >= pieces())
      return false;
   const std::uint64_t first = piece * k_piece_items;
   randomx_init_dataset(raw_.get(), build.cache->raw(), first, std::min(k_piece_items, items() - first));
   const std::uint64_t done = build.done.fetch_add(1) + 1;
   workers_.progress(mib_of(done), mib_of(pieces()));
   if (done == pieces())
      finish(build);
   return true;
}

void Dataset::finish(const Build &build) {
   const bool good = agrees_with_light(*build.cache);
   if (good) {
      const std::unique_lock lock(content_);
      key_ = build.cache->key();
      ready_ = true;
      ++generation_;
   }
   const std::lock_guard lock(plan_);
   if (!good)
      give_up("the RandomX dataset gives other hashes than light hashing: this machine's memory or processor computes "
              "wrongly; hashing lightly until the next start");
   build_.reset();
   built_.notify_all();
}

bool Dataset::agrees_with_light(KeyCache &cache) const {
   try {
      const KeepRounding keep;
      const KeyCache::Machine light = cache.borrow();
      const VmPtr fast = maker_.make_vm(nullptr, raw_.get());
      for (std::uint8_t input = 0; input < 4; ++input) {
         std::array<std::uint8_t, RANDOMX_HASH_SIZE> a{}, b{};
         randomx_calculate_hash(light.raw(), &input, 1, a.data());
         randomx_calculate_hash(fast.get(), &input, 1, b.data());
         if (a != b)
            return false;
      }
      return true;
   } catch (const std::exception &) {
      return false; // not even the 2 MiB of a machine were left
   }
}

Dataset::Reading Dataset::read(std::string_view key) const {
   Reading reading;
   reading.lock_ = std::shared_lock(content_, std::try_to_lock);
   if (!reading.lock_ || !ready_ || key_ != key)
      return {};
   reading.raw_ = raw_.get();
   reading.generation_ = generation_;
   return reading;
}

} // namespace nebula::randomx
