#pragma once

/// One template made ready for mining: the hashing blob for any reserved bytes, and the block of a solution.
///
/// Immutable once made; any thread may read it. A hashing blob costs two Keccak calls and one per level of the tree.

#include "core/block_template.h"
#include "core/difficulty.h"

#include <memory>
#include <optional>

namespace nebula::monero {

/// The typed answer of get_block_template.
struct TemplateAnswer {
   Bytes blob;
   Bytes hashing_blob; // the daemon's own, for the blob as delivered
   std::uint64_t height = 0;
   std::uint64_t reserved_offset = 0;
   std::uint64_t expected_reward = 0;
   Difficulty difficulty;
   Hash prev_hash{};
   Hash seed_hash{};
   std::uint64_t seed_height = 0;
   std::optional<Hash> next_seed_hash; // known in the last blocks of an epoch only
};

class BlockWork {
public:
   /// Reads the template and proves the reading: the hashing blob built from it must equal the daemon's own.
   [[nodiscard]] static Result<std::shared_ptr<const BlockWork>> make(TemplateAnswer answer, std::size_t reserve_size,
                                                                      std::uint64_t max_major_version);

   /// Precondition of the next three: `reserved` has exactly reserve_size bytes.
   [[nodiscard]] Hash miner_tx_id(ByteView reserved) const;
   [[nodiscard]] Bytes hashing_blob(ByteView reserved, std::uint32_t nonce) const;
   [[nodiscard]] Bytes block_blob(ByteView reserved, std::uint32_t nonce) const;

   [[nodiscard]] const TemplateAnswer &answer() const { return answer_; }
   [[nodiscard]] const BlockLayout &layout() const { return layout_; }
   [[nodiscard]] const std::vector<Hash> &branch() const { return branch_; }
   [[nodiscard]] const Hash &target() const { return target_; }

private:
   BlockWork(TemplateAnswer answer, BlockLayout layout);
   [[nodiscard]] Bytes blob_with(ByteView reserved) const;

   TemplateAnswer answer_;
   BlockLayout layout_;
   std::vector<Hash> branch_;
   Hash target_;
};

/// The id of the block whose hashing blob, solved nonce included, this is. It is not the proof-of-work hash.
[[nodiscard]] Hash block_id(ByteView hashing_blob);

} // namespace nebula::monero
