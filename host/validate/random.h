#pragma once

#include <cstdint>
#include <span>

namespace nebula::host::validation {

/// Random bytes that a seed repeats (SplitMix64). For test inputs, not for secrets.
class Random {
public:
   explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

   std::uint64_t next() noexcept {
      std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
      z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
      z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
      return z ^ (z >> 31);
   }

   /// Below `end`, which is above 0.
   std::uint64_t below(std::uint64_t end) noexcept { return next() % end; }
   /// One of `of` times.
   bool one_in(std::uint64_t of) noexcept { return below(of) == 0; }

   void fill(std::span<std::uint8_t> bytes) noexcept {
      for (auto &byte : bytes)
         byte = static_cast<std::uint8_t>(next());
   }

private:
   std::uint64_t state_;
};

} // namespace nebula::host::validation
