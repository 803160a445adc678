#pragma once

/// The search space of one template, handed out in pieces that never overlap: no (extranonce, nonce) pair is ever given
/// twice, whatever the number of threads and devices, so a miner cannot hand in a duplicate of its own.
///
/// The caller derives the job of an extranonce from the work source and tells the space which nonces that job admits.

#include <array>
#include <cstdint>
#include <optional>

namespace nebula::miner {

/// Bytes the sink owns, as the work source wants them: `size` of them count.
struct Extranonce {
   static constexpr std::uint32_t k_size_max = 32; // NEB_WORK_EXTRANONCE_MAX
   std::array<std::uint8_t, k_size_max> bytes{};
   std::uint32_t size = 0;
   friend bool operator==(const Extranonce &, const Extranonce &) = default;
};

/// A piece of the current extranonce's nonces; `count` is at least 1.
struct NonceRange {
   std::uint64_t first = 0;
   std::uint64_t count = 0;
};

/// Not thread-safe: whoever shares one locks around it.
class NonceSpace {
public:
   /// `start` chooses where in the extranonce space the search begins, so that two miners on one source, or one miner
   /// before and after a restart, do not walk the same path.
   NonceSpace(std::uint32_t extranonce_size, std::uint64_t start) noexcept;

   /// Moves to an extranonce that was not used before. Empty when all were: the template is exhausted.
   [[nodiscard]] std::optional<Extranonce> next_extranonce() noexcept;

   /// Admits the nonces first..last (inclusive) of the extranonce moved to last. Called once for each of them.
   void admit(std::uint64_t first, std::uint64_t last) noexcept;

   /// At most `count` nonces of what was admitted and not yet given. Empty: move to the next extranonce.
   [[nodiscard]] std::optional<NonceRange> take(std::uint64_t count) noexcept;

private:
   std::uint32_t size_;
   std::uint64_t start_;
   std::uint64_t used_ = 0;      ///< extranonces given so far
   std::uint64_t used_last_ = 0; ///< number of the last extranonce there is
   bool exhausted_ = false;
   bool open_ = false; ///< next_..last_ is not empty
   std::uint64_t next_ = 0;
   std::uint64_t last_ = 0;
};

} // namespace nebula::miner
