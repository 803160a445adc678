#pragma once

/// One key in a file: JSON, mode 0600. With a password the seed is encrypted by XChaCha20-Poly1305 under a key that
/// Argon2id makes of the password; without one (development networks) it stands in the file as it is.

#include "core/signature.h"
#include "core/types.h"

namespace nebula::chain {

using Seed = std::array<std::uint8_t, 32>;

/// What can be read without the password.
struct KeystoreInfo {
   Address address{};
   PublicKey public_key{};
   bool encrypted = false;
};

/// The work of Argon2id: about 0.7 s and 256 MiB, so that a guess costs as much.
struct KeystoreCost {
   std::uint64_t operations = 3;
   std::uint64_t memory_bytes = 256u << 20;
};

/// An empty password writes the seed unencrypted.
[[nodiscard]] Result<std::string> make_keystore(const Seed &seed, std::string_view password,
                                                const KeystoreCost &cost = {});
[[nodiscard]] Result<KeystoreInfo> read_keystore(std::string_view json);
/// The error tells a wrong password from a damaged file only where that can be known.
[[nodiscard]] Result<Seed> open_keystore(std::string_view json, std::string_view password);

/// Never overwrites: a keystore is money. The file appears complete or not at all, and is durable on return.
[[nodiscard]] Result<void> write_keystore_file(const std::string &path, std::string_view json);
[[nodiscard]] Result<std::string> read_keystore_file(const std::string &path);

[[nodiscard]] Seed random_seed();

} // namespace nebula::chain
