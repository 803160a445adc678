#include "keystore.h"

#include "core/address.h"

#include "common/hex.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <sodium.h>

namespace nebula::chain {
namespace {

using boost::json::object;

constexpr std::string_view k_none = "none";
constexpr std::string_view k_encrypted = "argon2id+xchacha20poly1305";
constexpr std::size_t k_tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
/// More is refused before it is tried: a keystore is someone's file.
constexpr std::uint64_t k_max_memory_bytes = 4ull << 30;
constexpr std::uint64_t k_max_operations = 64;

using Salt = std::array<std::uint8_t, crypto_pwhash_SALTBYTES>;
using Nonce = std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES>;
using Box = std::array<std::uint8_t, 32 + k_tag_bytes>;

/// Wiped when it goes.
struct Key {
   std::array<std::uint8_t, 32> bytes{};
   ~Key() { sodium_memzero(bytes.data(), bytes.size()); }
};

Error damaged(std::string_view what) {
   return invalid("the keystore is damaged or of another program: " + std::string(what));
}

Result<void> derive(Key &key, std::string_view password, const Salt &salt, const KeystoreCost &cost) {
   if (crypto_pwhash(key.bytes.data(), key.bytes.size(), password.data(), password.size(), salt.data(), cost.operations,
                     static_cast<std::size_t>(cost.memory_bytes), crypto_pwhash_ALG_ARGON2ID13) != 0)
      return Error{Fault::unavailable, "the password could not be processed: " +
                                          std::to_string(cost.memory_bytes >> 20) + " MiB of memory are needed"};
   return {};
}

std::string text_member(const object &members, std::string_view name) {
   const boost::json::value *found = members.if_contains(name);
   return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::uint64_t number_member(const object &members, std::string_view name) {
   const boost::json::value *found = members.if_contains(name);
   return found != nullptr && found->is_int64() && found->get_int64() > 0
             ? static_cast<std::uint64_t>(found->get_int64())
             : 0;
}

Result<object> parse_members(std::string_view json) {
   boost::json::error_code failed;
   boost::json::value parsed = boost::json::parse(json, failed);
   if (failed || !parsed.is_object())
      return damaged("it is not a JSON object");
   object members = std::move(parsed.get_object());
   if (number_member(members, "version") != 1)
      return damaged("its version is not 1");
   return members;
}

Result<Seed> decrypt(const object &members, const PublicKey &public_key, std::string_view password) {
   const auto salt = common::array_from_hex<Salt().size()>(text_member(members, "salt"));
   const auto nonce = common::array_from_hex<Nonce().size()>(text_member(members, "nonce"));
   const auto box = common::array_from_hex<Box().size()>(text_member(members, "seed"));
   const KeystoreCost cost{number_member(members, "operations"), number_member(members, "memory_bytes")};
   if (!salt || !nonce || !box || cost.operations == 0 || cost.operations > k_max_operations ||
       cost.memory_bytes > k_max_memory_bytes)
      return damaged("a member of the encryption is missing or absurd");
   Key key;
   if (auto derived = derive(key, password, *salt, cost); !derived)
      return derived.error();
   Seed seed{};
   if (crypto_aead_xchacha20poly1305_ietf_decrypt(seed.data(), nullptr, nullptr, box->data(), box->size(),
                                                  public_key.data(), public_key.size(), nonce->data(),
                                                  key.bytes.data()) != 0)
      return invalid("the password is wrong (or the keystore was changed)");
   return seed;
}

} // namespace

Seed random_seed() {
   Seed out{};
   randombytes_buf(out.data(), out.size());
   return out;
}

Result<std::string> make_keystore(const Seed &seed, std::string_view password, const KeystoreCost &cost) {
   const PublicKey public_key = SigningKey(seed).public_key();
   object out{{"version", 1}, {"address", to_text(address_of(public_key))}, {"public_key", common::to_hex(public_key)}};
   if (password.empty()) {
      out["encryption"] = k_none;
      out["seed"] = common::to_hex(seed);
      return boost::json::serialize(out) + "\n";
   }
   Salt salt{};
   Nonce nonce{};
   randombytes_buf(salt.data(), salt.size());
   randombytes_buf(nonce.data(), nonce.size());
   Key key;
   if (auto derived = derive(key, password, salt, cost); !derived)
      return derived.error();
   Box box{};
   crypto_aead_xchacha20poly1305_ietf_encrypt(box.data(), nullptr, seed.data(), seed.size(), public_key.data(),
                                              public_key.size(), nullptr, nonce.data(), key.bytes.data());
   out["encryption"] = k_encrypted;
   out["operations"] = cost.operations;
   out["memory_bytes"] = cost.memory_bytes;
   out["salt"] = common::to_hex(salt);
   out["nonce"] = common::to_hex(nonce);
   out["seed"] = common::to_hex(box);
   return boost::json::serialize(out) + "\n";
}

Result<KeystoreInfo> read_keystore(std::string_view json) {
   auto members = parse_members(json);
   if (!members)
      return members.error();
   const auto key = common::array_from_hex<32>(text_member(*members, "public_key"));
   if (!key)
      return damaged("it has no public key");
   const std::string encryption = text_member(*members, "encryption");
   if (encryption != k_none && encryption != k_encrypted)
      return damaged("its encryption \"" + encryption + "\" is unknown");
   KeystoreInfo out{address_of(*key), *key, encryption == k_encrypted};
   if (text_member(*members, "address") != to_text(out.address))
      return damaged("its address is not that of its key");
   return out;
}

Result<Seed> open_keystore(std::string_view json, std::string_view password) {
   auto info = read_keystore(json);
   if (!info)
      return info.error();
   auto members = parse_members(json);
   if (!members)
      return members.error();
   Result<Seed> seed = damaged("its seed does not have 32 bytes");
   if (info->encrypted) {
      seed = decrypt(*members, info->public_key, password);
   } else if (const auto plain = common::array_from_hex<32>(text_member(*members, "seed"))) {
      seed = *plain;
   }
   if (seed && SigningKey(*seed).public_key() != info->public_key)
      return damaged("its seed is not that of its key");
   return seed;
}

} // namespace nebula::chain
