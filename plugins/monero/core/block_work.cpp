#include "core/block_work.h"

#include "core/keccak.h"
#include "core/tree_hash.h"
#include "core/varint.h"

#include <algorithm>
#include <cassert>

namespace nebula::monero {

namespace {

// Keccak of the single byte 00: the RingCT part of every miner transaction.
const Hash &ringct_base_hash() {
   static const Hash hash = keccak256(Bytes{0});
   return hash;
}

Hash transaction_id(ByteView prefix) {
   static constexpr Hash k_no_prunable_part{};
   return keccak256({keccak256(prefix), ringct_base_hash(), k_no_prunable_part});
}

void write_nonce(Bytes &blob, std::uint32_t nonce) {
   for (std::size_t i = 0; i < k_nonce_bytes; ++i)
      blob[k_nonce_offset + i] = static_cast<std::uint8_t>(nonce >> (8 * i));
}

} // namespace

BlockWork::BlockWork(TemplateAnswer answer, BlockLayout layout)
   : answer_(std::move(answer)), layout_(std::move(layout)), branch_(tree_branch(layout_.transactions)),
     target_(target_from_difficulty(answer_.difficulty)) {}

Result<std::shared_ptr<const BlockWork>> BlockWork::make(TemplateAnswer answer, std::size_t reserve_size,
                                                         std::uint64_t max_major_version) {
   const TemplateClaims claims{answer.height, answer.reserved_offset, reserve_size, answer.prev_hash,
                               max_major_version};
   auto layout = parse_block_template(answer.blob, claims);
   if (!layout)
      return layout.error();
   const std::shared_ptr<const BlockWork> work(new BlockWork(std::move(answer), *std::move(layout)));
   const ByteView delivered = ByteView(work->answer_.blob).subspan(work->layout_.reserved_offset, reserve_size);
   if (work->hashing_blob(delivered, 0) != work->answer_.hashing_blob)
      return Error{"block template refused: the hashing blob built from it is not the daemon's blockhashing_blob",
                   Fault::refused};
   return work;
}

Bytes BlockWork::blob_with(ByteView reserved) const {
   assert(reserved.size() == layout_.reserve_size);
   Bytes blob = answer_.blob;
   std::copy(reserved.begin(), reserved.end(), blob.begin() + static_cast<std::ptrdiff_t>(layout_.reserved_offset));
   return blob;
}

Hash BlockWork::miner_tx_id(ByteView reserved) const {
   assert(reserved.size() == layout_.reserve_size);
   const ByteView blob(answer_.blob);
   Bytes prefix(blob.begin() + static_cast<std::ptrdiff_t>(layout_.miner_tx_offset),
                blob.begin() + static_cast<std::ptrdiff_t>(layout_.prefix_end));
   std::copy(reserved.begin(), reserved.end(),
             prefix.begin() + static_cast<std::ptrdiff_t>(layout_.reserved_offset - layout_.miner_tx_offset));
   return transaction_id(prefix);
}

Bytes BlockWork::hashing_blob(ByteView reserved, std::uint32_t nonce) const {
   Bytes blob(answer_.blob.begin(), answer_.blob.begin() + static_cast<std::ptrdiff_t>(layout_.miner_tx_offset));
   write_nonce(blob, nonce);
   const Hash root = root_from_branch(miner_tx_id(reserved), branch_);
   blob.insert(blob.end(), root.begin(), root.end());
   append_varint(blob, layout_.transactions.size() + 1);
   return blob;
}

Bytes BlockWork::block_blob(ByteView reserved, std::uint32_t nonce) const {
   Bytes blob = blob_with(reserved);
   write_nonce(blob, nonce);
   return blob;
}

Hash block_id(ByteView hashing_blob) {
   Bytes length;
   append_varint(length, hashing_blob.size());
   return keccak256({length, hashing_blob});
}

} // namespace nebula::monero
