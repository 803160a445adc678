#include "signature.h"

#include <sodium.h>

namespace nebula::chain {
namespace {

using Point = std::array<std::uint8_t, 32>;
using Scalar = std::array<std::uint8_t, 32>;

constexpr Point k_identity{1};

/// S < L, the order of the base point: reducing it changes nothing.
bool is_canonical(const Scalar &s) {
   std::array<std::uint8_t, 64> wide{};
   std::memcpy(wide.data(), s.data(), s.size());
   Scalar reduced{};
   crypto_core_ed25519_scalar_reduce(reduced.data(), wide.data());
   return reduced == s;
}

/// 8 P, canonically encoded; false when the bytes are no point. The library's addition is complete and takes any point,
/// torsion and non-canonical encodings included, while its multiplication takes only the prime-order subgroup.
bool times_eight(Point &point) {
   for (int i = 0; i < 3; ++i) {
      Point doubled{};
      if (crypto_core_ed25519_add(doubled.data(), point.data(), point.data()) != 0)
         return false;
      point = doubled;
   }
   return true;
}

/// [n]P for P in the prime-order subgroup, canonically encoded.
bool multiply(Point &out, const Scalar &n, const Point &point) {
   if (point == k_identity || sodium_is_zero(n.data(), n.size()) == 1) {
      out = k_identity;
      return true;
   }
   return crypto_scalarmult_ed25519_noclamp(out.data(), n.data(), point.data()) == 0;
}

/// [n]B, canonically encoded.
Point multiply_base(const Scalar &n) {
   Point out{};
   if (sodium_is_zero(n.data(), n.size()) == 1)
      return k_identity;
   if (crypto_scalarmult_ed25519_base_noclamp(out.data(), n.data()) != 0)
      return k_identity;
   return out;
}

Scalar challenge(const PublicKey &key, ByteView message, const Signature &signature) {
   crypto_hash_sha512_state state;
   crypto_hash_sha512_init(&state);
   crypto_hash_sha512_update(&state, signature.data(), 32);
   crypto_hash_sha512_update(&state, key.data(), key.size());
   crypto_hash_sha512_update(&state, message.data(), message.size());
   std::array<std::uint8_t, 64> wide{};
   crypto_hash_sha512_final(&state, wide.data());
   Scalar out{};
   crypto_core_ed25519_scalar_reduce(out.data(), wide.data());
   return out;
}

bool verify_cofactored(const PublicKey &key, ByteView message, const Signature &signature) {
   Scalar s{};
   std::memcpy(s.data(), signature.data() + 32, 32);
   Point r{};
   std::memcpy(r.data(), signature.data(), 32);
   Point a = key;
   if (!is_canonical(s) || !times_eight(r) || !times_eight(a))
      return false;
   Point ka{};
   if (!multiply(ka, challenge(key, message, signature), a))
      return false;
   Point right{};
   if (crypto_core_ed25519_add(right.data(), r.data(), ka.data()) != 0)
      return false;
   const Scalar eight{8};
   Scalar s8{};
   crypto_core_ed25519_scalar_mul(s8.data(), s.data(), eight.data());
   return multiply_base(s8) == right;
}

} // namespace

bool verify_signature(const PublicKey &key, ByteView message, const Signature &signature) {
   // The library's rule is strictly narrower (canonical encodings, no small order, no cofactor), so what it accepts is
   // valid; what it refuses is decided by the full rule.
   if (crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0)
      return true;
   return verify_cofactored(key, message, signature);
}

SigningKey::SigningKey(const std::array<std::uint8_t, 32> &seed) {
   crypto_sign_seed_keypair(public_.data(), secret_.data(), seed.data());
}

SigningKey::~SigningKey() {
   sodium_memzero(secret_.data(), secret_.size());
}

Signature SigningKey::sign(ByteView message) const {
   Signature out{};
   crypto_sign_detached(out.data(), nullptr, message.data(), message.size(), secret_.data());
   return out;
}

} // namespace nebula::chain
