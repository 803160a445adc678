#include "core/signature.h"

#include "common/hex.h"

#include <gtest/gtest.h>
#include <sodium.h>

namespace nebula::chain {
namespace {

using common::array_from_hex;

/// Every encoding of the eight torsion points: eight canonical ones, then six that are not.
const std::vector<PublicKey> &small_order_encodings() {
   static const std::vector<PublicKey> all = [] {
      std::vector<PublicKey> out;
      for (const char *hex : {
              "0100000000000000000000000000000000000000000000000000000000000000",
              "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
              "0000000000000000000000000000000000000000000000000000000000000000",
              "0000000000000000000000000000000000000000000000000000000000000080",
              "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
              "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
              "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
              "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
              "0100000000000000000000000000000000000000000000000000000000000080",
              "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
              "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
              "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
              "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
              "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
           })
         out.push_back(*array_from_hex<32>(hex));
      return out;
   }();
   return all;
}

const ByteView k_message = common::as_bytes("nebula");

PublicKey add(const PublicKey &a, const PublicKey &b) {
   PublicKey out{};
   EXPECT_EQ(crypto_core_ed25519_add(out.data(), a.data(), b.data()), 0);
   return out;
}

/// Signs with the secret scalar of `seed` for a public key and a nonce point that each have a torsion point added: the
/// cofactored equation holds, the ordinary one does not in general.
Signature sign_with_torsion(const std::array<std::uint8_t, 32> &seed, const PublicKey &torsion_key,
                            const PublicKey &torsion_nonce, PublicKey &key) {
   std::array<std::uint8_t, 64> expanded{};
   crypto_hash_sha512(expanded.data(), seed.data(), seed.size());
   std::array<std::uint8_t, 64> wide{};
   std::copy_n(expanded.begin(), 32, wide.begin());
   std::array<std::uint8_t, 32> a{}, r{}, k{}, s{};
   crypto_core_ed25519_scalar_reduce(a.data(), wide.data());
   std::copy_n(expanded.begin() + 32, 32, wide.begin());
   crypto_core_ed25519_scalar_reduce(r.data(), wide.data());
   PublicKey base_a{}, base_r{};
   EXPECT_EQ(crypto_scalarmult_ed25519_base_noclamp(base_a.data(), a.data()), 0);
   EXPECT_EQ(crypto_scalarmult_ed25519_base_noclamp(base_r.data(), r.data()), 0);
   key = add(base_a, torsion_key);
   const PublicKey nonce = add(base_r, torsion_nonce);
   crypto_hash_sha512_state state;
   crypto_hash_sha512_init(&state);
   crypto_hash_sha512_update(&state, nonce.data(), 32);
   crypto_hash_sha512_update(&state, key.data(), 32);
   crypto_hash_sha512_update(&state, k_message.data(), k_message.size());
   crypto_hash_sha512_final(&state, wide.data());
   crypto_core_ed25519_scalar_reduce(k.data(), wide.data());
   crypto_core_ed25519_scalar_mul(s.data(), k.data(), a.data());
   crypto_core_ed25519_scalar_add(s.data(), s.data(), r.data());
   Signature out{};
   std::copy(nonce.begin(), nonce.end(), out.begin());
   std::copy(s.begin(), s.end(), out.begin() + 32);
   return out;
}

TEST(Signature, of_rfc_8032_test_2_is_made_and_verified) {
   const SigningKey key(*array_from_hex<32>("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
   const Bytes message = {0x72};
   EXPECT_EQ(common::to_hex(key.public_key()), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
   const Signature signature = key.sign(message);
   EXPECT_EQ(common::to_hex(signature),
             "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
             "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
   EXPECT_TRUE(verify_signature(key.public_key(), message, signature));
}

TEST(Signature, with_any_bit_flipped_is_refused) {
   const SigningKey key({7});
   const Signature good = key.sign(k_message);
   for (std::size_t bit = 0; bit < 512; bit += 3) {
      Signature bad = good;
      bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1 << (bit % 8)));
      EXPECT_FALSE(verify_signature(key.public_key(), k_message, bad)) << "bit " << bit;
   }
}

TEST(Signature, of_small_order_key_and_nonce_with_zero_s_is_valid_in_all_196_encodings) {
   for (const PublicKey &key : small_order_encodings()) {
      for (const PublicKey &nonce : small_order_encodings()) {
         Signature signature{};
         std::copy(nonce.begin(), nonce.end(), signature.begin());
         EXPECT_TRUE(verify_signature(key, k_message, signature))
            << common::to_hex(key) << " " << common::to_hex(nonce);
      }
   }
}

TEST(Signature, with_torsion_in_key_and_nonce_is_valid_whatever_the_torsion) {
   for (std::size_t i = 0; i < 8; ++i) {
      for (std::size_t j = 0; j < 8; ++j) {
         PublicKey key{};
         const Signature signature = sign_with_torsion({static_cast<std::uint8_t>(i + 1)}, small_order_encodings()[i],
                                                       small_order_encodings()[j], key);
         EXPECT_TRUE(verify_signature(key, k_message, signature)) << i << " " << j;
         EXPECT_FALSE(verify_signature(key, common::as_bytes("another"), signature)) << i << " " << j;
      }
   }
}

TEST(Signature, whose_s_is_not_reduced_is_refused) {
   const SigningKey key({9});
   Signature signature = key.sign(k_message);
   const auto order = *array_from_hex<32>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
   unsigned carry = 0;
   for (std::size_t i = 0; i < 32; ++i) {
      carry += signature[32 + i] + static_cast<unsigned>(order[i]);
      signature[32 + i] = static_cast<std::uint8_t>(carry);
      carry >>= 8;
   }
   EXPECT_FALSE(verify_signature(key.public_key(), k_message, signature));
}

TEST(Signature, with_a_key_or_nonce_that_is_no_point_is_refused) {
   const SigningKey key({3});
   Signature signature = key.sign(k_message);
   PublicKey no_point{2}; // y = 2 is on no point of the curve
   EXPECT_FALSE(verify_signature(no_point, k_message, signature));
   std::copy(no_point.begin(), no_point.end(), signature.begin());
   EXPECT_FALSE(verify_signature(key.public_key(), k_message, signature));
}

} // namespace
} // namespace nebula::chain
