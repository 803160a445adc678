#pragma once

/// One template of the source, kept beyond its callback, with the search space that its devices share.

#include "core/nonce_space.h"

#include <nebula/svc/work-source.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace nebula::miner {

/// What to prepare a backend for, owning its key.
struct Epoch {
   std::vector<std::uint8_t> key;
   std::uint64_t height = 0;

   [[nodiscard]] static Epoch of(const neb_pow_epoch &wire);
   /// Borrows from this object.
   [[nodiscard]] neb_pow_epoch wire() const noexcept { return {{key.data(), key.size()}, height}; }
   [[nodiscard]] bool known() const noexcept { return !key.empty() || height != 0; }
   friend bool operator==(const Epoch &, const Epoch &) = default;
};

/// The input that follows from one extranonce. Immutable, shared by the devices that search it.
struct Job {
   Extranonce extranonce;
   neb_work_job wire{};
};

/// A piece of work for one batch.
struct Assignment {
   std::shared_ptr<const Job> job;
   NonceRange range;
   std::array<std::uint8_t, 32> target{}; ///< the submit target as it is now
};

class Work {
public:
   /// `source_generation`: of the occupant that gave the template; `start`: see NonceSpace.
   Work(const neb_work_template &wire, std::uint64_t source_generation, std::uint64_t start);

   std::uint64_t id;
   std::uint64_t height;
   std::uint64_t source_generation;
   std::uint32_t kind;
   std::string algorithm;
   std::string coin;
   Epoch epoch, next_epoch;

   /// The source wants nothing easier than a block: one solution is enough, and a second could only be stale.
   [[nodiscard]] bool solo() const noexcept { return solo_; }
   /// Of a solo template: set while its one solution is handed in, and for good when that was a block.
   mutable std::atomic<bool> solved{false};

   /// A piece of at most `count` nonces that nobody else gets. Failing: NEB_E_FULL the template is exhausted, else what
   /// the source's derive said. Thread-safe; may call the source.
   [[nodiscard]] neb_status take(const neb_work_source *source, std::uint64_t count, Assignment &out);
   /// The source wants other solutions of the same template, as a pool does that changes a miner's difficulty.
   /// Thread-safe.
   void retarget(const std::uint8_t (&target)[32]);
   /// Of a piece that was given before.
   void refresh(Assignment &piece) const;

private:
   neb_status derive_next(const neb_work_source *source);

   bool solo_;
   // Held over calls of `derive`. on_template never takes it, so a source may call that with its own lock held.
   std::mutex mutex_;
   NonceSpace space_;               // guarded by mutex_
   std::shared_ptr<const Job> job_; // guarded by mutex_; of the extranonce that space_ stands at
   mutable std::mutex target_mutex_;
   std::array<std::uint8_t, 32> target_; // guarded by target_mutex_
};

} // namespace nebula::miner
