#pragma once

/// Byte strings, 32-byte hashes, and reading their hexadecimal text with an error that names what was read.

#include "common/bytes.h"
#include "common/hex.h"
#include "core/result.h"

#include <array>

namespace nebula::monero {

using common::Bytes;
using common::ByteView;
using common::to_hex;
using Hash = std::array<std::uint8_t, 32>;

/// Decodes hexadecimal of either case. Fails on an odd length or another character; the error names `what`.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text, std::string_view what);

/// Decodes exactly 64 hexadecimal digits.
[[nodiscard]] Result<Hash> hash_from_hex(std::string_view text, std::string_view what);

} // namespace nebula::monero
