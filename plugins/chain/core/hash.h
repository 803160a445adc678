#pragma once

/// BLAKE2b-256, plain for the proof-of-work commitment and with a personalisation for everything else, so that no hash
/// of one kind can stand for another.

#include "types.h"

#include <initializer_list>

namespace nebula::chain {

[[nodiscard]] Hash hash256(ByteView data);

/// What is hashed. Each is a 16-byte BLAKE2b personalisation, see docs/protocol/chain.md.
enum class HashKind {
   block_id,
   transaction_id,
   transaction_signature,
   merkle_leaf,
   merkle_node,
   account,
   state,
   parameters
};

[[nodiscard]] Hash hash256(HashKind kind, std::initializer_list<ByteView> parts);

} // namespace nebula::chain
