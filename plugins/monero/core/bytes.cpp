#include "core/bytes.h"

namespace nebula::monero {

Result<Bytes> from_hex(std::string_view text, std::string_view what) {
   if (text.size() % 2 != 0)
      return Error{std::string(what) + " has an odd number of hexadecimal digits"};
   auto bytes = common::bytes_from_hex(text);
   if (!bytes)
      return Error{std::string(what) + " is not hexadecimal"};
   return *std::move(bytes);
}

Result<Hash> hash_from_hex(std::string_view text, std::string_view what) {
   if (text.size() != 64)
      return Error{std::string(what) + " must have 64 hexadecimal digits, it has " + std::to_string(text.size())};
   const auto hash = common::array_from_hex<32>(text);
   if (!hash)
      return Error{std::string(what) + " is not hexadecimal"};
   return *hash;
}

} // namespace nebula::monero
