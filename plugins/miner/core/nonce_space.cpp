#include "nonce_space.h"

#include <algorithm>

namespace nebula::miner {

NonceSpace::NonceSpace(std::uint32_t extranonce_size, std::uint64_t start) noexcept
   : size_(std::min(extranonce_size, Extranonce::k_size_max)), start_(start) {
   // Eight bytes of counter are more than any device walks through; bytes beyond them stay as `start` fills them.
   used_last_ = size_ >= 8 ? UINT64_MAX : (std::uint64_t{1} << (8 * size_)) - 1;
}

std::optional<Extranonce> NonceSpace::next_extranonce() noexcept {
   open_ = false;
   if (exhausted_)
      return std::nullopt;
   const std::uint64_t number = start_ + used_; // wraps, and stays distinct below used_last_
   exhausted_ = used_ == used_last_;
   ++used_;

   Extranonce extranonce;
   extranonce.size = size_;
   const std::uint32_t counted = std::min(size_, 8u);
   for (std::uint32_t i = 0; i < counted; ++i)
      extranonce.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
   for (std::uint32_t i = counted; i < size_; ++i)
      extranonce.bytes[i] = static_cast<std::uint8_t>(start_ >> (8 * (i % 8)));
   return extranonce;
}

void NonceSpace::admit(std::uint64_t first, std::uint64_t last) noexcept {
   next_ = first;
   last_ = last;
   open_ = first <= last;
}

std::optional<NonceRange> NonceSpace::take(std::uint64_t count) noexcept {
   if (!open_ || count == 0)
      return std::nullopt;
   const std::uint64_t left_less_one =
      last_ - next_; // the whole 64-bit range has no count, but `count` cannot reach it
   const NonceRange range{next_, count - 1 < left_less_one ? count : left_less_one + 1};
   open_ = count - 1 < left_less_one;
   next_ += range.count;
   return range;
}

} // namespace nebula::miner
