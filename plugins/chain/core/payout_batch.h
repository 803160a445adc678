#pragma once

/// A batch of payments as the store keeps it: the signed transfers while any of them may still be sent, their ids for
/// ever, so that its key never pays again.

#include "store.h"
#include "transaction.h"

namespace nebula::chain {

enum class BatchState : std::uint8_t {
   open = 1,   // signed and durable; not all of it is final
   paid = 2,   // all of it is in the chain beyond every reorganisation
   failed = 3, // nothing of it was ever signed
};

struct PayoutBatch {
   std::string key;
   std::uint32_t fund = 0;
   Hash digest{};            // of what was asked for
   std::uint64_t number = 0; // of arrival, among the open ones
   BatchState state = BatchState::open;
   Amount fee = 0;
   std::vector<Hash> ids;                 // of the transfers
   std::vector<TransactionPtr> transfers; // while open
   std::string text;                      // why it failed
};

struct Payment {
   std::string_view address;
   Amount amount = 0;
};

/// What a key stands for: the same fund and payments in the same order give the same digest.
[[nodiscard]] Hash payments_digest(std::uint32_t fund, const std::vector<Payment> &payments);

[[nodiscard]] Bytes encode_batch(const PayoutBatch &batch);
/// The key is that of the row, not part of it.
[[nodiscard]] Result<PayoutBatch> decode_batch(std::string_view key, ByteView bytes, std::uint32_t chain_id);

[[nodiscard]] Result<std::optional<PayoutBatch>> find_batch(const ReadView &view, std::string_view key,
                                                            std::uint32_t chain_id);
/// In order of arrival.
[[nodiscard]] Result<std::vector<PayoutBatch>> open_batches(const ReadView &view, std::uint32_t chain_id);
/// Inserts or replaces; a batch that is not open leaves the list of open ones.
[[nodiscard]] Result<void> put_batch(WriteBatch &write, const PayoutBatch &batch);

} // namespace nebula::chain
