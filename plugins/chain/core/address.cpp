#include "address.h"

#include "common/hex.h"

#include <cstdlib>
#include <openssl/evp.h>

namespace nebula::chain {
namespace {

constexpr std::string_view k_prefix = "ZION_";

bool digest(const EVP_MD *kind, ByteView data, std::span<std::uint8_t> out) {
   unsigned size = 0;
   return kind != nullptr && EVP_Digest(data.data(), data.size(), out.data(), &size, kind, nullptr) == 1 &&
          size == out.size();
}

bool hash_key(const PublicKey &key, Address &out) {
   std::array<std::uint8_t, 32> inner{};
   return digest(EVP_sha256(), key, inner) && digest(EVP_ripemd160(), inner, out);
}

} // namespace

Result<void> check_address_hash() {
   Address ignored{};
   if (!hash_key({}, ignored))
      return Error{Fault::unavailable,
                   "this OpenSSL has no RIPEMD-160, which addresses need: enable its legacy provider, or "
                   "use OpenSSL 3.0.7 or later"};
   return {};
}

Address address_of(const PublicKey &key) {
   Address out{};
   if (!hash_key(key, out))
      std::abort();
   return out;
}

std::string to_text(const Address &address) {
   return std::string(k_prefix) + common::to_hex_upper(address);
}

Result<Address> parse_address(std::string_view text) {
   Address out{};
   if (!text.starts_with(k_prefix) || !common::from_hex(text.substr(k_prefix.size()), out) || to_text(out) != text)
      return invalid("\"" + std::string(text.substr(0, 64)) +
                     "\" is not an address: it must be ZION_ followed by 40 upper-case hexadecimal digits");
   return out;
}

} // namespace nebula::chain
