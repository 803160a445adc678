#pragma once

/// What is asked of monero-wallet-rpc, and its answers as typed values.

#include "core/rpc_requests.h"

#include <cstdint>

namespace nebula::monero {

/// Error codes of monero-wallet-rpc that mean something to this plugin.
inline constexpr int k_wallet_wrong_address = -2;
inline constexpr int k_wallet_generic = -4;
inline constexpr int k_wallet_no_wallet = -13;
inline constexpr int k_wallet_not_enough = -17;
inline constexpr int k_wallet_too_large = -18;
inline constexpr int k_wallet_bad_metadata = -27;
inline constexpr int k_wallet_not_enough_unlocked = -37;

/// Receivers of one transaction: 16 outputs, one of them the change.
inline constexpr std::size_t k_receivers_max = 15;
/// In hex; one of 15 receivers and 20 inputs has about 120 kB.
inline constexpr std::size_t k_metadata_max = 2u << 20;

struct Payment {
   std::string address;
   std::uint64_t amount = 0;
   friend bool operator==(const Payment &, const Payment &) = default;
};

struct BalanceAnswer {
   std::uint64_t balance = 0;
   std::uint64_t unlocked = 0;
};

/// A signed transaction that was not sent: relaying `metadata` sends it, and may be repeated.
struct TransferAnswer {
   Hash id{};
   std::uint64_t amount = 0; // without the fee
   std::uint64_t fee = 0;
   std::string metadata;
   std::vector<Hash> key_images; // what it spends
};

[[nodiscard]] RpcRequest address_request();
[[nodiscard]] RpcRequest balance_request();
/// Signs and does not send.
[[nodiscard]] RpcRequest transfer_request(std::span<const Payment> payments);
[[nodiscard]] RpcRequest relay_request(std::string_view metadata);
/// How far the wallet knows the chain.
[[nodiscard]] RpcRequest wallet_height_request();
/// What came in with the block at `height`.
[[nodiscard]] RpcRequest incoming_request(std::uint64_t height);

[[nodiscard]] Result<std::string> parse_address_answer(std::string_view body);
[[nodiscard]] Result<BalanceAnswer> parse_balance_answer(std::string_view body);
[[nodiscard]] Result<TransferAnswer> parse_transfer_answer(std::string_view body);
/// Blocks that the wallet has seen: the height of the newest one and one more.
[[nodiscard]] Result<std::uint64_t> parse_wallet_height_answer(std::string_view body);
/// The reward of the block at `height`, if it paid this wallet; else 0.
[[nodiscard]] Result<std::uint64_t> parse_incoming_answer(std::string_view body, std::uint64_t height);
/// The id of what was sent.
[[nodiscard]] Result<Hash> parse_relay_answer(std::string_view body);

} // namespace nebula::monero
