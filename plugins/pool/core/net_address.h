#pragma once

/// Addresses of the Internet as limits and lists of networks use them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::pool {

/// An IPv6 address, or an IPv4 address as IPv6 writes it (::ffff:192.0.2.1).
struct NetAddress {
   std::array<std::uint8_t, 16> bytes{};

   static constexpr unsigned k_v4_bits = 96; ///< before those of an IPv4 address

   [[nodiscard]] static NetAddress v4(const std::uint8_t *four);
   [[nodiscard]] static NetAddress v6(const std::uint8_t *sixteen);
   /// "192.0.2.1" or "2001:db8::1", without brackets.
   [[nodiscard]] static std::optional<NetAddress> parse(std::string_view text);

   [[nodiscard]] bool is_v4() const;
   /// With all but the first `bits` of 128 cleared.
   [[nodiscard]] NetAddress prefix(unsigned bits) const;
   /// What one customer has: an IPv4 address, an IPv6 /64.
   [[nodiscard]] NetAddress holder() const { return prefix(is_v4() ? 128 : 64); }
   /// What one organisation has: an IPv4 /24, an IPv6 /48.
   [[nodiscard]] NetAddress network() const { return prefix(is_v4() ? k_v4_bits + 24 : 48); }
   [[nodiscard]] std::string text() const;

   friend bool operator==(const NetAddress &, const NetAddress &) = default;

   struct Hash {
      std::uint64_t secret = 0; ///< whoever owns many addresses must not choose where they land in a table
      [[nodiscard]] std::size_t operator()(const NetAddress &address) const {
         std::uint64_t high = 0, low = 0;
         std::memcpy(&high, address.bytes.data(), sizeof high);
         std::memcpy(&low, address.bytes.data() + 8, sizeof low);
         std::uint64_t z = (low ^ secret) + high * 0x9E3779B97F4A7C15u;
         z = (z ^ z >> 30) * (secret | 1);
         z = (z ^ z >> 27) * 0x94D049BB133111EBu;
         return static_cast<std::size_t>(z ^ z >> 31);
      }
   };
};

/// "192.0.2.0/24", "2001:db8::/32", or one address.
class NetRange {
public:
   [[nodiscard]] static std::optional<NetRange> parse(std::string_view text);
   [[nodiscard]] bool contains(const NetAddress &address) const { return address.prefix(bits_) == first_; }

private:
   NetAddress first_;
   unsigned bits_ = 128;
};

[[nodiscard]] bool contains(const std::vector<NetRange> &ranges, const NetAddress &address);

} // namespace nebula::pool
