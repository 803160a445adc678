#pragma once

/// Finds the work-group size a kernel is fastest with, on the launches of real jobs: each candidate runs a few, the one
/// with the best time per nonce stays. So tuning costs no time of its own, and works for kernels that need a table
/// first. Pure: it sees no device and no clock.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::common::opencl {

/// Launches per candidate; the best counts, so one that a neighbour disturbed does no harm.
inline constexpr unsigned k_tuning_trials = 5;

class Tuner {
public:
   /// Precondition: `candidates` is not empty. The first is used until all are measured.
   explicit Tuner(std::vector<std::size_t> candidates);

   /// The size for the next launch. `comparable`: the launch is of the usual length, so it may be a trial.
   [[nodiscard]] std::size_t next(bool comparable) noexcept;
   /// What a comparable launch with that size came to.
   void report(std::size_t local, std::uint64_t nonces, std::uint64_t ns) noexcept;

   /// The measured best; absent until every candidate had its trials.
   [[nodiscard]] std::optional<std::size_t> best() const noexcept { return best_; }

   /// Takes over what an earlier run remembered. Ignored unless it names a candidate.
   void recall(std::span<const std::uint8_t> remembered) noexcept;
   /// What to remember; best() must be known.
   [[nodiscard]] std::string remembered() const;

private:
   struct Candidate {
      std::size_t local;
      unsigned launched = 0, reported = 0;
      double ns_per_nonce = 0; ///< the best; meaningless before the first report
   };

   std::vector<Candidate> candidates_;
   std::optional<std::size_t> best_;
};

} // namespace nebula::common::opencl
