#pragma once

/// Addresses: RIPEMD160(SHA256(public key)), written as "ZION_" and 40 upper-case hexadecimal digits.

#include "types.h"

namespace nebula::chain {

/// The OpenSSL of this machine has RIPEMD-160 (some builds keep it in a provider that is not loaded). Called once at
/// start; the functions below rely on it.
[[nodiscard]] Result<void> check_address_hash();

/// Aborts when check_address_hash() would have failed.
[[nodiscard]] Address address_of(const PublicKey &key);

[[nodiscard]] std::string to_text(const Address &address);
/// Accepts exactly the form of to_text: one address has one text.
[[nodiscard]] Result<Address> parse_address(std::string_view text);

} // namespace nebula::chain
