#pragma once

/// The dataset of the fast mode: 2080 MiB, one for all sessions, built in the background by the host's workers in
/// pieces of some 40 ms. While it is built, or belongs to another key, sessions hash lightly and lose no time waiting.

#include <atomic>
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

   /// Asks for the dataset of a key, and returns at once. A key that is neither the one there (or being built) nor the
   /// one before it starts building, which ends the use of the present one. So late jobs of the previous key do not
   /// throw away the new dataset; they are hashed lightly, unless hundreds of slices ask for nothing else.
   void want(const std::shared_ptr<KeyCache> &cache);

   /// Whether nothing was built nor is being built: then building costs nobody anything.
   [[nodiscard]] bool empty() const;

   /// The right to read the dataset, while it exists. False when it is not there for this key.
   class Reading {
   public:
      [[nodiscard]] explicit operator bool() const noexcept { return raw_ != nullptr; }
      [[nodiscard]] randomx_dataset *raw() const noexcept { return raw_; }
      [[nodiscard]] std::uint64_t generation() const noexcept {
         return generation_;
      } ///< another content, another number

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
   void start(const std::shared_ptr<KeyCache> &cache);
   void post_worker(const std::shared_ptr<Build> &build);
   void work(const std::shared_ptr<Build> &build);
   void finish(const Build &build);

   const Maker &maker_;
   Workers workers_;

   mutable std::mutex plan_;
   std::string wanted_, previous_;        ///< keys
   std::uint32_t asked_for_previous_ = 0; ///< slices in a row
   bool started_ = false, building_ = false, unavailable_ = false;

   mutable std::shared_mutex content_; ///< shared: a slice reads; exclusive: the content begins or ends to be valid
   DatasetPtr raw_;
   bool ready_ = false;
   std::string key_;
   std::uint64_t generation_ = 0;
};

} // namespace nebula::randomx
