#include "dataset.h"

#include <nebula/error.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace nebula::randomx {
namespace {

/// 2 MiB of dataset, about 40 ms of one core: a task of the host should not take longer.
constexpr std::uint64_t k_piece_items = 32768;

/// Slices of the previous key in a row, none of the present one between them, after which the miner has evidently gone
/// back: some seconds of light hashing.
constexpr std::uint32_t k_patience = 256;

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

bool Dataset::empty() const {
   const std::lock_guard lock(plan_);
   return !started_;
}

void Dataset::want(const std::shared_ptr<KeyCache> &cache) {
   const std::lock_guard lock(plan_);
   const std::string &key = cache->key();
   if (building_ || unavailable_)
      return;
   if (started_ && key == wanted_) {
      asked_for_previous_ = 0;
      return;
   }
   if (started_ && key == previous_ && ++asked_for_previous_ < k_patience)
      return;
   try {
      start(cache);
      previous_ = started_ ? std::exchange(wanted_, key) : key;
      wanted_ = key;
      started_ = building_ = true;
      asked_for_previous_ = 0;
   } catch (const std::exception &e) {
      unavailable_ = true;
      workers_.failed(e.what());
   }
}

void Dataset::start(const std::shared_ptr<KeyCache> &cache) {
   {
      const std::unique_lock lock(content_); // waits for the slices under way
      ready_ = false;
      if (!raw_)
         raw_ = maker_.make_dataset();
      if (!raw_)
         throw Error(NEB_E_NO_MEMORY,
                     "no memory for the RandomX dataset (2080 MiB): hashing lightly, at about a tenth ",
                     "of the speed; free some memory or set mode: light");
   }
   auto build = std::make_shared<Build>();
   build->cache = cache;
   workers_.progress(0, mib_of(pieces()));
   post_worker(build);
   for (std::uint32_t i = 1; i < workers_.count; ++i) {
      try {
         post_worker(build);
      } catch (const std::exception &) {
         break; // fewer helpers: slower, not wrong
      }
   }
}

void Dataset::post_worker(const std::shared_ptr<Build> &build) {
   workers_.post([this, build] { work(build); });
}

void Dataset::work(const std::shared_ptr<Build> &build) {
   for (;;) {
      const std::uint64_t piece = build->next.fetch_add(1);
      if (piece >= pieces())
         return;
      const std::uint64_t first = piece * k_piece_items;
      randomx_init_dataset(raw_.get(), build->cache->raw(), first, std::min(k_piece_items, items() - first));
      const std::uint64_t done = build->done.fetch_add(1) + 1;
      if (done == pieces())
         finish(*build);
      workers_.progress(mib_of(done), mib_of(pieces()));
      try {
         return post_worker(build);
      } catch (const std::exception &) {
         // The queue is full just now: go on here.
      }
   }
}

void Dataset::finish(const Build &build) {
   {
      const std::unique_lock lock(content_);
      key_ = build.cache->key();
      ready_ = true;
      ++generation_;
   }
   const std::lock_guard lock(plan_);
   building_ = false;
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
