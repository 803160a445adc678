#include "core/address.h"

#include "core/keccak.h"

#include <algorithm>
#include <optional>

namespace nebula::monero {

namespace {

__extension__ typedef unsigned __int128 u128;

constexpr std::string_view k_alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t k_address_characters = 95;
constexpr std::size_t k_integrated_characters = 106;
constexpr std::size_t k_checksum_bytes = 4;
constexpr std::size_t k_keys_bytes = 64;
constexpr std::size_t k_payment_id_bytes = 8;

// Full blocks of 8 bytes have 11 characters; by its characters, how many bytes a last, shorter block has.
constexpr std::size_t k_block_bytes = 8;
constexpr std::size_t k_block_characters = 11;
constexpr std::array<int, k_block_characters + 1> k_bytes_of = {0, -1, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8};

// Nothing: a character that is none, a length that no encoder writes, or a value too large for its bytes.
bool decode_block(std::string_view block, Bytes &out) {
   const int bytes = k_bytes_of[block.size()];
   if (bytes < 0)
      return false;
   u128 value = 0;
   for (const char c : block) {
      const std::size_t digit = k_alphabet.find(c);
      if (digit == std::string_view::npos)
         return false;
      value = value * 58 + digit;
   }
   if (value >> (8 * bytes) != 0)
      return false;
   for (int i = bytes - 1; i >= 0; --i)
      out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
   return true;
}

std::optional<Bytes> decode(std::string_view text) {
   Bytes out;
   for (std::size_t at = 0; at < text.size(); at += k_block_characters) {
      if (!decode_block(text.substr(at, k_block_characters), out))
         return std::nullopt;
   }
   return out;
}

struct Prefix {
   std::uint8_t byte;
   AddressInfo info;
};
constexpr std::array<Prefix, 9> k_prefixes = {{
   {18, {Net::main, AddressKind::primary}},
   {19, {Net::main, AddressKind::integrated}},
   {42, {Net::main, AddressKind::subaddress}},
   {53, {Net::test, AddressKind::primary}},
   {54, {Net::test, AddressKind::integrated}},
   {63, {Net::test, AddressKind::subaddress}},
   {24, {Net::stage, AddressKind::primary}},
   {25, {Net::stage, AddressKind::integrated}},
   {36, {Net::stage, AddressKind::subaddress}},
}};

Error no_address(std::string why) {
   return {std::move(why), Fault::refused};
}

} // namespace

std::string_view name_of(Net net) {
   switch (net) {
   case Net::main:
      return "mainnet";
   case Net::test:
      return "testnet";
   case Net::stage:
      break;
   }
   return "stagenet";
}

Result<AddressInfo> parse_address(std::string_view text) {
   if (text.size() != k_address_characters && text.size() != k_integrated_characters)
      return no_address("a Monero address has 95 characters, an integrated one 106; this text has " +
                        std::to_string(text.size()));
   const auto bytes = decode(text);
   if (!bytes)
      return no_address("the text is not a Monero address: a character or their order is impossible");
   const ByteView body = ByteView(*bytes).first(bytes->size() - k_checksum_bytes);
   const Hash sum = keccak256(body);
   if (!std::equal(sum.begin(), sum.begin() + k_checksum_bytes, bytes->end() - k_checksum_bytes))
      return no_address("the address is mistyped: its checksum is wrong");
   const auto prefix =
      std::find_if(k_prefixes.begin(), k_prefixes.end(), [&](const Prefix &one) { return one.byte == body[0]; });
   const bool integrated = text.size() == k_integrated_characters;
   if (prefix == k_prefixes.end() || (prefix->info.kind == AddressKind::integrated) != integrated ||
       body.size() != 1 + k_keys_bytes + (integrated ? k_payment_id_bytes : 0))
      return no_address("the address is of another coin");
   return prefix->info;
}

Result<AddressInfo> check_address(std::string_view text, Net net) {
   auto info = parse_address(text);
   if (info && info->net != net)
      return no_address("the address is of Monero's " + std::string(name_of(info->net)) + ", this node is on " +
                        std::string(name_of(net)));
   return info;
}

} // namespace nebula::monero
