#pragma once

/// Scans slices of jobs with one kernel.

#include <nebula/pow_session.hpp>

#include <functional>

#include "hasher.h"

namespace nebula::yescrypt {

/// The longest input taken: headers have 80 to 112 bytes.
inline constexpr std::uint32_t k_input_bytes_max = 1024;

/// Whether two hashes at once beat one after the other, which depends on the caches that the session's thread gets of
/// this machine, now: so a session finds out on its own first nonces. Nothing is computed for the measurement alone.
class WaysChoice {
public:
   /// Turns of each kind: the best of three is not disturbed by one interruption, and the first ever touches the
   /// memory for the first time.
   static constexpr unsigned k_turns = 4;

   explicit WaysChoice(unsigned ways_max) noexcept : ways_(ways_max), measuring_(ways_max > 1) {}

   [[nodiscard]] bool measuring() const noexcept { return measuring_; }
   /// How many hashes to take at once next.
   [[nodiscard]] unsigned ways() const noexcept { return measuring_ && turn_ % 2 != 0 ? 1 : ways_; }
   /// What one hash took on average, by ways(). The last report decides.
   void report(std::uint64_t ns_each) noexcept;

private:
   unsigned ways_;
   bool measuring_;
   unsigned turn_ = 0;
   std::uint64_t best_together_ = UINT64_MAX, best_alone_ = UINT64_MAX;
};

class YescryptScanner final : public Scanner {
public:
   /// `parameters` outlive the scanner. Throws NEB_E_NO_MEMORY.
   YescryptScanner(const Kernel &kernel, const Parameters &parameters)
      : hasher_(kernel, parameters), choice_(ways_of(parameters)) {}

   [[nodiscard]] bool large_pages() const noexcept { return hasher_.large_pages(); }

   /// Throws NEB_E_INVALID when the nonce has not 4 bytes or the input is too long.
   void scan(const ScanRange &range, Hits &hits) override;

private:
   /// Returns the nanoseconds it took.
   std::uint64_t scan_group(const ScanRange &range, std::uint32_t first, unsigned count, Hits &hits);

   Hasher hasher_;
   WaysChoice choice_;
};

} // namespace nebula::yescrypt
