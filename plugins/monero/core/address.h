#pragma once

/// Monero addresses: base58 text of a network byte, two public keys, for an integrated address a payment id, and four
/// bytes of checksum.

#include "core/bytes.h"

namespace nebula::monero {

enum class Net { main, test, stage };
enum class AddressKind { primary, integrated, subaddress };

struct AddressInfo {
   Net net = Net::main;
   AddressKind kind = AddressKind::primary;
};

[[nodiscard]] std::string_view name_of(Net net);

/// What a text says that is an address of any network; the error says why it is none. A fakechain (regtest) has the
/// addresses of the main network.
[[nodiscard]] Result<AddressInfo> parse_address(std::string_view text);

/// The same, of this network.
[[nodiscard]] Result<AddressInfo> check_address(std::string_view text, Net net);

} // namespace nebula::monero
