#include "block_scan.h"
#include "kernels.h"

namespace nebula::cosmic_harmony {
namespace {

/// One lane: what every processor runs.
struct Word {
   static constexpr std::uint32_t k_lanes = 1;
   std::uint32_t v;

   static Word set1(std::uint32_t x) noexcept { return {x}; }
   static Word iota32() noexcept { return {0}; }
   static Word add(Word x, Word y) noexcept { return {x.v + y.v}; }
   static Word xor_(Word x, Word y) noexcept { return {x.v ^ y.v}; }
   static Word xor3(Word x, Word y, Word z) noexcept { return {x.v ^ y.v ^ z.v}; }
   static Word rotl5(Word x) noexcept { return {x.v << 5 | x.v >> 27}; }
   static Word mul(Word x, Word y) noexcept { return {x.v * y.v}; }

   template <unsigned Count>
   static bool any_at_most(const Word *y, std::uint32_t target) noexcept {
      bool any = false;
      for (unsigned i = 0; i < Count; ++i)
         any |= y[i].v <= target;
      return any;
   }
   static std::uint32_t mask_at_most(Word y, std::uint32_t target) noexcept { return y.v <= target ? 1 : 0; }
};

} // namespace

bool scan_scalar(const Block &block, std::uint32_t target, std::uint64_t *found) noexcept {
   return scan_block<Word, 1, 1>(block, target, found);
}

} // namespace nebula::cosmic_harmony
