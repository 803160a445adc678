#pragma once

/// A batch of payments through the wallet, and where it is kept.
///
/// It is paid in pieces, one transaction each. A piece is durable with its transaction's metadata before anything is
/// sent; a batch that is over keeps the ids of its transactions for ever, so that its key never pays again.

#include "core/wallet_rpc.h"

#include <optional>

namespace nebula::monero {

enum class BatchState { open, paid, failed };

struct Piece {
   Hash id{};
   std::uint64_t fee = 0;
   std::uint32_t first = 0; // of the batch's payments
   std::uint32_t count = 0;
   std::vector<Hash> key_images; // what its transaction spends
};

struct PayoutBatch {
   std::string key;
   Hash digest{};            // of what was asked for
   std::uint64_t number = 0; // of arrival
   BatchState state = BatchState::open;
   std::uint64_t fee = 0;
   std::vector<Payment> payments; // while open
   std::vector<Piece> pieces;
   std::string text; // why it failed
};

/// The same payments in the same order give the same digest.
[[nodiscard]] Hash payments_digest(std::span<const Payment> payments);

[[nodiscard]] std::string encode_batch(const PayoutBatch &batch);
/// The key is that of the row, not part of it.
[[nodiscard]] Result<PayoutBatch> decode_batch(std::string_view key, std::string_view text);

/// Durable on return; throws when that is not certain.
class PayoutStore {
public:
   virtual ~PayoutStore() = default;
   /// `signed_metadata`: of the last piece, which is new.
   virtual void put(const PayoutBatch &batch, const std::string *signed_metadata) = 0;
   /// Keeps nothing but the record of a batch that is over.
   virtual void close(const PayoutBatch &batch) = 0;
   [[nodiscard]] virtual std::optional<PayoutBatch> find(std::string_view key) = 0;
   /// In order of arrival.
   [[nodiscard]] virtual std::vector<PayoutBatch> open_batches() = 0;
   [[nodiscard]] virtual std::string metadata(const Hash &id) = 0;
};

} // namespace nebula::monero
