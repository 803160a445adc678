#pragma once

/// The dataset of the fast mode: 2080 MiB, one for all sessions, built by the host's workers in pieces of some 40 ms.
/// While it is built, or belongs to another key, sessions hash lightly and lose no time waiting. A finished dataset is
/// checked against light hashing before anyone may read it.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "key_cache.h"
#include "machine.h"

namespace nebula::randomx {

/// What the dataset needs of its surroundings.
struct Workers {
   /// Runs a task on some worker, later; throws when there is none to take it.
   std::function<void(std::function<void()>)> post;
   std::uint32_t count = 1;
   /// Told after each piece, from any worker; done == total at the end.
   std::function<void(std::uint64_t done_mib, std::uint64_t total_mib)> progress;
   /// Told once, in words, when there will be no dataset.
   std::function<void(std::string_view why)> failed;
};

/// Thread-safe. Must outlive its tasks.
class Dataset {
public:
   Dataset(const Maker &maker, Workers workers);

   /// A slice of a job of this key is about to be hashed. Returns at once. A key that is not the one there begins to be
   /// built, which ends the use of the present one, when k_interest slices in a row asked for it: so neither late jobs
   /// of the previous key nor somebody's probe throw away what the miner uses.
   void want(const std::shared_ptr<KeyCache> &cache);

   /// Builds the dataset of a key with the help of this thread and returns when it is there; but returns at once while
   /// jobs use the one of another key, which will then be replaced by `want`, when its time has come.
   void build_ahead(const std::shared_ptr<KeyCache> &cache);

   /// The right to read the dataset, while it exists. False when it is not there for this key.
   class Reading {
   public:
      [[nodiscard]] explicit operator bool() const noexcept { return raw_ != nullptr; }
      [[nodiscard]] randomx_dataset *raw() const noexcept { return raw_; }
      /// Another content, another number.
      [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

   private:
      friend class Dataset;
      std::shared_lock<std::shared_mutex> lock_;
      randomx_dataset *raw_ = nullptr;
      std::uint64_t generation_ = 0;
   };
   /// Hold it for a slice only: building waits for it.
   [[nodiscard]] Reading read(std::string_view key) const;

private:
   struct Build {
      std::shared_ptr<KeyCache> cache;
      std::atomic<std::uint64_t> next{0}, done{0}; ///< pieces
   };
   // These three with plan_ held.
   [[nodiscard]] bool begin(const std::shared_ptr<KeyCache> &cache);
   void allocate();
   void post_workers();
   void give_up(std::string_view why);

   void post_worker(const std::shared_ptr<Build> &build);
   [[nodiscard]] bool do_piece(Build &build);
   void work(const std::shared_ptr<Build> &build);
   void finish(const Build &build);
   [[nodiscard]] bool agrees_with_light(KeyCache &cache) const;

   const Maker &maker_;
   Workers workers_;

   std::mutex plan_;
   std::condition_variable built_;
   std::shared_ptr<Build> build_; ///< the one under way
   std::string wanted_;           ///< the key of the last build
   std::string other_;            ///< another key that jobs ask for
   std::uint32_t asked_for_other_ = 0;
   bool used_ = false; ///< by a job, since it was begun
   bool started_ = false, unavailable_ = false;

   mutable std::shared_mutex content_; ///< shared: a slice reads; exclusive: the content begins or ends to be valid
   DatasetPtr raw_;
   bool ready_ = false;
   std::string key_;
   std::uint64_t generation_ = 0;
};

/// Slices in a row, a second or two of light hashing.
inline constexpr std::uint32_t k_interest = 64;

} // namespace nebula::randomx
