#include "net_address.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace nebula::pool {
namespace {

constexpr std::array<std::uint8_t, 12> k_v4_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

} // namespace

NetAddress NetAddress::v4(const std::uint8_t *four) {
   NetAddress out;
   std::copy(k_v4_prefix.begin(), k_v4_prefix.end(), out.bytes.begin());
   std::copy_n(four, 4, out.bytes.begin() + k_v4_prefix.size());
   return out;
}

NetAddress NetAddress::v6(const std::uint8_t *sixteen) {
   NetAddress out;
   std::copy_n(sixteen, out.bytes.size(), out.bytes.begin());
   return out;
}

std::optional<NetAddress> NetAddress::parse(std::string_view text) {
   if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos)
      return std::nullopt;
   const std::string terminated(text);
   std::uint8_t raw[16];
   if (inet_pton(AF_INET, terminated.c_str(), raw) == 1)
      return v4(raw);
   if (inet_pton(AF_INET6, terminated.c_str(), raw) == 1)
      return v6(raw);
   return std::nullopt;
}

bool NetAddress::is_v4() const {
   return std::equal(k_v4_prefix.begin(), k_v4_prefix.end(), bytes.begin());
}

NetAddress NetAddress::prefix(unsigned bits) const {
   NetAddress out;
   const std::size_t whole = bits / 8;
   std::copy_n(bytes.begin(), whole, out.bytes.begin());
   if (bits % 8 != 0)
      out.bytes[whole] = static_cast<std::uint8_t>(bytes[whole] & 0xff00u >> bits % 8);
   return out;
}

std::string NetAddress::text() const {
   char out[INET6_ADDRSTRLEN] = {};
   if (is_v4())
      inet_ntop(AF_INET, bytes.data() + k_v4_prefix.size(), out, sizeof out);
   else
      inet_ntop(AF_INET6, bytes.data(), out, sizeof out);
   return out;
}

std::optional<NetRange> NetRange::parse(std::string_view text) {
   const std::size_t slash = text.find('/');
   const auto address = NetAddress::parse(text.substr(0, slash));
   if (!address)
      return std::nullopt;
   NetRange out;
   if (slash != std::string_view::npos) {
      const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
      const unsigned most = v4 ? 32 : 128;
      const char *end = text.data() + text.size();
      const auto [rest, wrong] = std::from_chars(text.data() + slash + 1, end, out.bits_);
      if (wrong != std::errc{} || rest != end || out.bits_ > most)
         return std::nullopt;
      if (v4)
         out.bits_ += NetAddress::k_v4_bits;
   }
   out.first_ = address->prefix(out.bits_);
   return out;
}

bool contains(const std::vector<NetRange> &ranges, const NetAddress &address) {
   return std::ranges::any_of(ranges, [&](const NetRange &range) { return range.contains(address); });
}

} // namespace nebula::pool
