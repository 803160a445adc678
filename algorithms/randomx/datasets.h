#pragma once

/// The datasets of this node: one for each key, shared by miners and validation, built by the host's workers in pieces
/// of some 40 ms. While one is built, sessions of its key hash lightly and those of another key go on as they were. Two
/// are kept, the one in use and the one of the next key, where the memory allows it; else the present one gives way
/// first, and only when jobs of the other key are there to stay.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "dataset_work.h"

namespace nebula::randomx {

/// Slices, a second or two of light hashing: a key that asked so often gets a dataset, if there is memory. When it is
/// the only one that asks it gets the memory of another one's: late jobs of the previous key, or a probe, do not.
inline constexpr std::uint32_t k_interest = 64;

/// Slices of other keys, half a minute of fast hashing on one thread: a dataset that no job asked for as long is let
/// go.
inline constexpr std::uint64_t k_stale = 16384;

/// Thread-safe. Must outlive its tasks.
class Datasets {
public:
   using Lease = std::shared_ptr<Dataset>; ///< for a slice or a hash

   /// `maker` outlives this and every lease.
   Datasets(const Maker &maker, DatasetWork work, Workers workers);

   /// A slice of a job of this cache's key is about to be hashed: its dataset, or null when that is not there (yet).
   /// Returns at once.
   [[nodiscard]] Lease for_job(const std::shared_ptr<KeyCache> &cache);

   /// The dataset of a key, or null. Asks for nothing.
   [[nodiscard]] Lease find(std::string_view key) const;

   /// Builds the dataset of a key with the help of this thread and returns when it is there; or at once when there is
   /// no memory beside the one that jobs use, or another is being built: then `for_job` sees to it when its time has
   /// come. Throws NEB_E_CANCELLED soon after `given_up` was set and `wake` called.
   void build_ahead(const std::shared_ptr<KeyCache> &cache, const std::atomic<bool> &given_up);
   void wake() noexcept;

   /// It computed a wrong hash: it is not used any more, and there will be no other.
   void condemn(const Dataset &dataset);

   /// Ends a build under way, and begins no other. Its tasks end within a piece.
   void stop() noexcept;

private:
   struct Build {
      std::shared_ptr<KeyCache> cache;
      std::shared_ptr<Dataset> dataset;            ///< once there is memory
      std::atomic<std::uint64_t> next{0}, done{0}; ///< pieces
      std::atomic<bool> abandoned{false};
   };
   struct Kept {
      std::shared_ptr<Dataset> dataset;
      std::uint64_t asked_at; ///< slices counted when a job asked for it last, or when it was made
      bool used = false;      ///< by a job
   };
   using BuildPtr = std::shared_ptr<Build>;

   // With mutex_ held.
   [[nodiscard]] Kept *kept(std::string_view key);
   [[nodiscard]] bool is_stale(const Kept &one) const noexcept { return slices_ - one.asked_at >= k_stale; }
   [[nodiscard]] Lease let_go_of(std::vector<Kept>::iterator one);
   [[nodiscard]] std::vector<Kept>::iterator asked_for_longest_ago();
   [[nodiscard]] bool place_for_job(Lease &freed);
   [[nodiscard]] bool place_ahead(const std::string &key);
   void begin(const std::shared_ptr<KeyCache> &cache);
   void give_up(std::string_view why);

   void open(const BuildPtr &build);
   void post_worker(const BuildPtr &build);
   void work(const BuildPtr &build);
   [[nodiscard]] bool do_piece(Build &build);
   void finish(Build &build);
   [[nodiscard]] std::uint64_t pieces() const noexcept;
   [[nodiscard]] std::uint64_t mib_of(std::uint64_t piece_count) const noexcept;

   const Maker &maker_;
   const DatasetWork work_;
   const Workers workers_;

   mutable std::mutex mutex_; // guards all below
   std::condition_variable changed_;
   std::vector<Kept> kept_;                      ///< at most k_datasets_max
   BuildPtr build_;                              ///< the one under way
   std::vector<std::weak_ptr<Dataset>> leaving_; ///< let go; their memory comes back with the last lease
   std::uint64_t next_number_ = 1;
   std::uint64_t slices_ = 0;        ///< that asked
   std::string asked_;               ///< the key of the last one
   std::uint32_t asked_in_row_ = 0;  ///< slices of that key without another's between; at most k_interest
   std::string wanted_;              ///< a key without a dataset that jobs have
   std::uint32_t wanted_slices_ = 0; ///< at most k_interest
   std::string said_for_;            ///< a key that cannot be prepared ahead
   bool unavailable_ = false;
};

} // namespace nebula::randomx
