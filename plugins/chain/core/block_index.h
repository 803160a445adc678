#pragma once

/// What the chain keeps of every block beside its bytes: enough to judge its children without reading blocks.

#include "params.h"

#include <vector>

namespace nebula::chain {

enum class BlockStatus : std::uint8_t {
   stored = 0,  // header and proof are valid; its state was never computed
   applied = 1, // its state was computed and matches
   invalid = 2, // its state, or that of an ancestor, does not follow
};

struct BlockIndex {
   Hash id{};
   Hash previous{};
   std::uint64_t height = 0;
   std::uint64_t time_s = 0;
   U256 target;
   U256 total_work; // of this block and all before it
   std::uint16_t algorithm = 0;
   BlockStatus status = BlockStatus::stored;
   Hash previous_same{}; // the last block of the same algorithm before this one; zero: none

   /// The last block of each algorithm up to this one, itself included.
   struct Last {
      std::uint16_t algorithm = 0;
      Hash id{};
      friend bool operator==(const Last &, const Last &) = default;
   };
   std::vector<Last> last;

   /// Zero: none yet.
   [[nodiscard]] Hash last_of(std::uint16_t wanted) const;
   friend bool operator==(const BlockIndex &, const BlockIndex &) = default;
};

[[nodiscard]] Bytes encode_index(const BlockIndex &index);
/// The id is the key of the record, not part of it.
[[nodiscard]] Result<BlockIndex> decode_index(const Hash &id, ByteView bytes);

} // namespace nebula::chain
