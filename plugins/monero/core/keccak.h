#pragma once

/// Keccak-256 with the original padding byte 0x01, as CryptoNote coins use it (SHA3-256 pads with 0x06).

#include "core/bytes.h"

#include <initializer_list>

namespace nebula::monero {

[[nodiscard]] Hash keccak256(ByteView data);

/// The hash of the parts written one after the other.
[[nodiscard]] Hash keccak256(std::initializer_list<ByteView> parts);

} // namespace nebula::monero
