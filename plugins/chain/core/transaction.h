#pragma once

/// Transactions: what they say and how they are written (docs/protocol/chain.md). A `Transaction` exists only decoded
/// and checked for form; whether it applies to a state is decided in apply.h.

#include "types.h"

#include <memory>
#include <variant>
#include <vector>

namespace nebula::chain {

inline constexpr std::uint8_t k_transaction_version = 1;
inline constexpr std::size_t k_max_outputs = 256;    // a pool's payout batch
inline constexpr std::size_t k_max_memo_bytes = 128; // a reference, not a document
inline constexpr Amount k_max_fee =
   1'000'000 * k_units_per_zion; // a mistyped fee is refused, and fee * 1000 fits 64 bits
/// The longest transfer: 6 fixed + 32 key + 16 nonce and fee + 2 + 256 outputs of 28 + 1 + 128 memo + 64 signature.
inline constexpr std::size_t k_max_transaction_bytes = 6 + 32 + 16 + 2 + k_max_outputs * 28 + 1 + k_max_memo_bytes + 64;

/// The number on the wire. 2 to 127 are for later native types (hash-time-locked transfers, validator votes, evidence).
enum class TransactionType : std::uint8_t { coinbase = 0, transfer = 1 };

struct Output {
   Address to{};
   Amount amount = 0;
   friend bool operator==(const Output &, const Output &) = default;
};

/// The first transaction of every block and of no other place: pays the reward.
struct Coinbase {
   std::uint64_t height = 0; // makes it unique
   Amount bonus = 0;         // released from the bonus fund in this block
   std::vector<Output> outputs;
   Bytes memo;
};

/// Moves money from one sender to up to k_max_outputs receivers.
struct Transfer {
   PublicKey sender{};
   std::uint64_t nonce = 0; // the sender's count of earlier transfers: each is applied once, in order
   Amount fee = 0;
   std::vector<Output> outputs;
   Bytes memo;
   Signature signature{};

   /// Precondition of a decoded transfer: does not overflow.
   [[nodiscard]] Amount total() const;
};

struct Transaction {
   std::variant<Coinbase, Transfer> body;
   std::uint32_t chain_id = 0;
   Bytes raw; // the encoding; `id` hashes all of it
   Hash id{};
   Address sender{}; // of a transfer

   [[nodiscard]] const Coinbase *coinbase() const { return std::get_if<Coinbase>(&body); }
   [[nodiscard]] const Transfer *transfer() const { return std::get_if<Transfer>(&body); }
};

/// Shared between the mempool, templates and blocks; never changed.
using TransactionPtr = std::shared_ptr<const Transaction>;

/// The typed value of untrusted bytes: one transaction, the whole of `raw`, of this chain. The signature is not checked
/// here.
[[nodiscard]] Result<TransactionPtr> decode_transaction(ByteView raw, std::uint32_t chain_id);

[[nodiscard]] TransactionPtr make_coinbase(std::uint32_t chain_id, Coinbase coinbase);
/// `transfer.signature` is taken as it is.
[[nodiscard]] TransactionPtr make_transfer(std::uint32_t chain_id, Transfer transfer);

/// The 32 bytes a sender signs: a hash of everything before the signature, chain id and nonce included.
[[nodiscard]] Hash signing_hash(std::uint32_t chain_id, const Transfer &transfer);

/// Precondition: `transaction` is a transfer.
[[nodiscard]] bool signature_is_valid(const Transaction &transaction);

} // namespace nebula::chain
