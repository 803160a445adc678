#pragma once

/// Blocks: a canonical header of fixed size, the proof apart from it, and the transactions (docs/protocol/chain.md).

#include "params.h"
#include "transaction.h"

#include <memory>

namespace nebula::chain {

inline constexpr std::uint16_t k_block_version = 1;
inline constexpr std::size_t k_header_bytes = 192;
inline constexpr std::size_t k_extranonce_bytes = 16;
inline constexpr std::size_t k_max_witness_bytes = 255;

using Extranonce = std::array<std::uint8_t, k_extranonce_bytes>;

/// Everything a proof commits to.
struct Header {
   std::uint16_t version = k_block_version;
   std::uint16_t algorithm = 0; // AlgorithmParams::id
   std::uint32_t chain_id = 0;
   std::uint64_t height = 0;
   std::uint64_t time_s = 0;
   Hash previous{};
   Hash merkle_root{};
   Hash state_root{}; // after this block
   U256 target;       // of `algorithm` at this place; not compact, so it is compared and never rounded
   Address miner{};
   std::uint32_t transaction_count = 0;
   Extranonce extranonce{};

   friend bool operator==(const Header &, const Header &) = default;
};

/// What shows that the commitment was worked on: the nonce, and what rebuilding the mold needs beyond the header.
struct Proof {
   std::uint64_t nonce = 0;
   MoldId mold = MoldId::appended;
   Bytes witness;
};

struct Block {
   Header header;
   Proof proof;
   std::vector<TransactionPtr> transactions;
};
using BlockPtr = std::shared_ptr<const Block>;

[[nodiscard]] Bytes encode_header(const Header &header);
[[nodiscard]] Bytes encode_proof(const Proof &proof);
[[nodiscard]] Bytes encode_block(const Block &block);
[[nodiscard]] std::size_t encoded_size(const Block &block);

/// The typed value of untrusted bytes: exactly one block of this chain with at most `max_bytes`. Only the form is
/// checked.
[[nodiscard]] Result<BlockPtr> decode_block(ByteView raw, std::uint32_t chain_id, std::size_t max_bytes);
[[nodiscard]] Result<Header> decode_header(ByteView raw);

/// The 32 bytes a miner works on: BLAKE2b-256 of the encoded header.
[[nodiscard]] Hash commitment(const Header &header);
/// Header and proof; two proofs of one header are two blocks.
[[nodiscard]] Hash block_id(const Header &header, const Proof &proof);

/// The root over transaction ids in block order: leaves and nodes are hashed differently, and an odd node moves up
/// unchanged, so no two lists have one root. All zero for an empty list.
[[nodiscard]] Hash merkle_root(const std::vector<TransactionPtr> &transactions);

} // namespace nebula::chain
