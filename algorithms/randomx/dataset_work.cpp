#include "dataset_work.h"

#include <array>
#include <exception>

#include "common/memory.h"
#include "huge_pages.h"

namespace nebula::randomx {
namespace {

/// 2 MiB of dataset, about 40 ms of one core: a task of the host should not take longer.
constexpr std::uint64_t k_piece_items = 32768;

[[nodiscard]] bool agrees_with_light(Dataset &dataset, KeyCache &cache) {
   try {
      const KeepRounding keep;
      const BorrowedMachine light = cache.borrow(), fast = dataset.borrow();
      for (std::uint8_t input = 0; input < 4; ++input) {
         std::array<std::uint8_t, RANDOMX_HASH_SIZE> a{}, b{};
         randomx_calculate_hash(light.raw(), &input, 1, a.data());
         randomx_calculate_hash(fast.raw(), &input, 1, b.data());
         if (a != b)
            return false;
      }
      return true;
   } catch (const std::exception &) {
      return false; // not even the 2 MiB of a machine were left
   }
}

} // namespace

DatasetWork library_work(const Maker &maker) {
   return {.items = randomx_dataset_item_count(),
           .piece_items = k_piece_items,
           .allocate = [&maker] { return maker.make_dataset(); },
           .fill = [](const Dataset &dataset, const KeyCache &cache, std::uint64_t first,
                      std::uint64_t count) { randomx_init_dataset(dataset.raw(), cache.raw(), first, count); },
           .agrees = agrees_with_light,
           .room =
              [] {
                 return free_huge_page_bytes() >= k_dataset_bytes ||
                        common::available_memory_bytes() >= k_dataset_bytes + k_memory_kept_free;
              }};
}

} // namespace nebula::randomx
