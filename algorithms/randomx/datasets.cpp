#include "datasets.h"

#include <nebula/error.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace nebula::randomx {
namespace {

constexpr const char *k_no_memory =
   "no memory for the RandomX dataset (2080 MiB): hashing lightly, at about a tenth of "
   "the speed; free some memory or set mode: light";
constexpr const char *k_wrong = "the RandomX dataset gives other hashes than light hashing: this machine's memory or "
                                "processor computes wrongly; hashing lightly until the next start";

} // namespace

Datasets::Datasets(const Maker &maker, DatasetWork work, Workers workers)
   : maker_(maker), work_(std::move(work)), workers_(std::move(workers)) {}

std::uint64_t Datasets::pieces() const noexcept {
   return (work_.items + work_.piece_items - 1) / work_.piece_items;
}

std::uint64_t Datasets::mib_of(std::uint64_t piece_count) const noexcept {
   return piece_count * work_.piece_items * RANDOMX_DATASET_ITEM_SIZE >> 20; // the last piece is a cache line short
}

Datasets::Kept *Datasets::kept(std::string_view key) {
   const auto found =
      std::find_if(kept_.begin(), kept_.end(), [&](const Kept &one) { return one.dataset->key() == key; });
   return found == kept_.end() ? nullptr : &*found;
}

Datasets::Lease Datasets::find(std::string_view key) const {
   const std::lock_guard lock(mutex_);
   const auto found =
      std::find_if(kept_.begin(), kept_.end(), [&](const Kept &one) { return one.dataset->key() == key; });
   return found == kept_.end() ? nullptr : found->dataset;
}

Datasets::Lease Datasets::for_job(const std::shared_ptr<KeyCache> &cache) {
   const std::string &key = cache->key();
   Lease freed; // after the lock is
   const std::lock_guard lock(mutex_);
   ++slices_;
   asked_in_row_ = std::exchange(asked_, key) == key ? std::min(asked_in_row_ + 1, k_interest) : 1;
   if (Kept *const mine = kept(key)) {
      mine->asked_at = slices_;
      mine->used = true;
      const Lease lease = mine->dataset;
      if (const auto old = asked_for_longest_ago(); old->used && is_stale(*old))
         freed = let_go_of(old);
      return lease;
   }
   wanted_slices_ = std::exchange(wanted_, key) == key ? std::min(wanted_slices_ + 1, k_interest) : 1;
   if (wanted_slices_ == k_interest && !build_ && !unavailable_ && place_for_job(freed))
      begin(cache);
   return nullptr;
}

Datasets::Lease Datasets::let_go_of(std::vector<Kept>::iterator one) {
   Lease dataset = std::move(one->dataset);
   leaving_.push_back(dataset);
   kept_.erase(one);
   return dataset;
}

std::vector<Datasets::Kept>::iterator Datasets::asked_for_longest_ago() {
   return std::min_element(kept_.begin(), kept_.end(),
                           [](const Kept &a, const Kept &b) { return a.asked_at < b.asked_at; });
}

/// False when something has to end first, which `freed` may do; the next slice asks again.
bool Datasets::place_for_job(Lease &freed) {
   std::erase_if(leaving_, [](const auto &one) { return one.expired(); });
   if (!leaving_.empty())
      return false;
   if (kept_.empty() || (kept_.size() < k_datasets_max && work_.room()))
      return true;
   const auto old = asked_for_longest_ago();
   if (asked_in_row_ < k_interest && !is_stale(*old))
      return false;
   if (kept_.size() == 1)
      workers_.say("there is memory for one RandomX dataset only: mining lightly while that of the new key is built");
   freed = let_go_of(old);
   return false;
}

bool Datasets::place_ahead(const std::string &key) {
   const auto is_place = [this] { return kept_.empty() || (kept_.size() < k_datasets_max && work_.room()); };
   if (is_place())
      return true;
   if (const auto old = asked_for_longest_ago(); !old->used || is_stale(*old))
      (void)let_go_of(old); // here and now: what follows looks at the memory
   if (is_place())
      return true;
   if (std::exchange(said_for_, key) != key)
      workers_.say("no memory to prepare the next RandomX dataset (2080 MiB) beside the present one: when the key "
                   "changes, this node mines lightly until it is built");
   return false;
}

void Datasets::build_ahead(const std::shared_ptr<KeyCache> &cache, const std::atomic<bool> &given_up) {
   std::unique_lock lock(mutex_);
   if (unavailable_ || kept(cache->key()))
      return;
   if (!build_ && place_ahead(cache->key()))
      begin(cache);
   const BuildPtr build = build_;
   if (!build || build->cache->key() != cache->key())
      return;
   changed_.wait(lock, [&] { return build->dataset || build_ != build || given_up; });
   if (build->dataset) {
      lock.unlock();
      while (!given_up && do_piece(*build)) {
      }
      lock.lock();
   }
   changed_.wait(lock, [&] { return build_ != build || given_up; });
   if (given_up)
      throw Error(NEB_E_CANCELLED, "the session ended while its RandomX dataset was built");
}

void Datasets::wake() noexcept {
   const std::lock_guard lock(mutex_);
   changed_.notify_all();
}

void Datasets::begin(const std::shared_ptr<KeyCache> &cache) {
   build_ = std::make_shared<Build>();
   build_->cache = cache;
   try {
      workers_.post([this, build = build_] { open(build); });
   } catch (const std::exception &e) {
      give_up(e.what());
   }
}

void Datasets::give_up(std::string_view why) {
   unavailable_ = true;
   if (build_)
      build_->abandoned = true;
   build_.reset();
   changed_.notify_all();
   workers_.failed(why);
}

/// The first task of a build.
void Datasets::open(const BuildPtr &build) {
   if (build->abandoned)
      return;
   DatasetPtr raw = work_.allocate();
   {
      const std::lock_guard lock(mutex_);
      if (build->abandoned)
         return;
      if (!raw)
         return give_up(k_no_memory);
      build->dataset = std::make_shared<Dataset>(maker_, build->cache->key(), next_number_++, std::move(raw));
      changed_.notify_all();
   }
   workers_.progress(0, mib_of(pieces()));
   for (std::uint32_t i = 1; i < workers_.count; ++i) {
      try {
         post_worker(build);
      } catch (const std::exception &) {
         break; // with fewer helpers it is slower, not wrong
      }
   }
   work(build);
}

void Datasets::post_worker(const BuildPtr &build) {
   workers_.post([this, build] { work(build); });
}

void Datasets::work(const BuildPtr &build) {
   while (do_piece(*build)) {
      try {
         return post_worker(build);
      } catch (const std::exception &) {
         // The queue is full just now: go on here.
      }
   }
}

/// False when no piece was left.
bool Datasets::do_piece(Build &build) {
   const std::uint64_t piece = build.abandoned ? pieces() : build.next.fetch_add(1);
   if (piece >= pieces())
      return false;
   const std::uint64_t first = piece * work_.piece_items;
   work_.fill(*build.dataset, *build.cache, first, std::min(work_.piece_items, work_.items - first));
   const std::uint64_t done = build.done.fetch_add(1) + 1;
   workers_.progress(mib_of(done), mib_of(pieces()));
   if (done == pieces())
      finish(build);
   return true;
}

void Datasets::finish(Build &build) {
   const bool good = work_.agrees(*build.dataset, *build.cache);
   const std::lock_guard lock(mutex_);
   if (build.abandoned)
      return;
   if (!good)
      return give_up(k_wrong);
   kept_.push_back({build.dataset, slices_});
   build_.reset();
   changed_.notify_all();
}

void Datasets::condemn(const Dataset &dataset) {
   const std::lock_guard lock(mutex_);
   if (!kept(dataset.key()))
      return;
   std::erase_if(kept_, [&](const Kept &one) { return one.dataset.get() == &dataset; });
   give_up(k_wrong);
}

void Datasets::stop() noexcept {
   const std::lock_guard lock(mutex_);
   unavailable_ = true;
   if (build_)
      build_->abandoned = true;
   build_.reset();
   changed_.notify_all();
}

} // namespace nebula::randomx
