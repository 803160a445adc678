#pragma once

/// Ed25519 with one consensus rule, ZIP-215: S is canonical; R and the key are any encodings of points on the curve;
/// and [8][S]B == [8]R + [8][k]A. The cofactor makes single and batched verification agree on every input, crafted ones
/// included.

#include "types.h"

namespace nebula::chain {

/// The only place that judges a signature. About 50 us for an ordinary one, 0.5 ms for a bad or crafted one.
[[nodiscard]] bool verify_signature(const PublicKey &key, ByteView message, const Signature &signature);

/// A key pair; `seed` is the secret. Wiped on destruction.
class SigningKey {
public:
   explicit SigningKey(const std::array<std::uint8_t, 32> &seed);
   SigningKey(const SigningKey &) = delete;
   SigningKey &operator=(const SigningKey &) = delete;
   ~SigningKey();

   [[nodiscard]] const PublicKey &public_key() const { return public_; }
   [[nodiscard]] Signature sign(ByteView message) const;

private:
   PublicKey public_{};
   std::array<std::uint8_t, 64> secret_{};
};

} // namespace nebula::chain
