#pragma once

/// The rows of the store as typed values. A row that is missing although another row names it is Fault::storage.

#include "block.h"
#include "block_index.h"
#include "state.h"
#include "store.h"

namespace nebula::chain {

[[nodiscard]] Bytes height_key(std::uint64_t height);
[[nodiscard]] Bytes side_key(std::uint64_t height, const Hash &id);

[[nodiscard]] Result<std::optional<BlockIndex>> find_index(const ReadView &view, const Hash &id);
/// Present, or a storage error.
[[nodiscard]] Result<BlockIndex> need_index(const ReadView &view, const Hash &id);
[[nodiscard]] Result<BlockPtr> need_block(const ReadView &view, const NetworkParams &network, const Hash &id);
[[nodiscard]] Result<std::optional<Hash>> main_id(const ReadView &view, std::uint64_t height);
/// The entry is the main chain's at its height.
[[nodiscard]] Result<bool> in_main_chain(const ReadView &view, const BlockIndex &index);

[[nodiscard]] Result<void> put_index(WriteBatch &batch, const BlockIndex &index);
[[nodiscard]] Result<void> put_account(WriteBatch &batch, const Address &address, const Account &account);

/// Where a transaction of the main chain is.
struct TransactionPlace {
   Hash block{};
   std::uint32_t position = 0;
};
[[nodiscard]] Result<std::optional<TransactionPlace>> find_place(const ReadView &view, const Hash &transaction);
[[nodiscard]] Result<void> put_place(WriteBatch &batch, const Hash &transaction, const TransactionPlace &place);

/// The tip the store was committed with.
[[nodiscard]] Result<std::optional<Hash>> stored_tip(const ReadView &view);
/// Its index entry; present, or a storage error.
[[nodiscard]] Result<BlockIndex> need_tip(const ReadView &view);
[[nodiscard]] Result<StateSummary> stored_summary(const ReadView &view);
[[nodiscard]] Result<void> put_tip(WriteBatch &batch, const Hash &id, const StateSummary &summary);
[[nodiscard]] Result<std::optional<Hash>> stored_parameters(const ReadView &view);
[[nodiscard]] Result<void> put_parameters(WriteBatch &batch, const Hash &hash);

/// What unwinding a block restores.
struct Undo {
   StateSummary before;
   std::vector<AccountChange> changes; // `after` is not kept
};
[[nodiscard]] Result<Undo> need_undo(const ReadView &view, const Hash &block);
[[nodiscard]] Result<void> put_undo(WriteBatch &batch, const Hash &block, const Undo &undo);

/// Accounts as the store has them. `view` must outlive it.
class StoredAccounts final : public AccountSource {
public:
   explicit StoredAccounts(const ReadView &view) : view_(view) {}
   [[nodiscard]] Result<Account> account(const Address &address) const override;

private:
   const ReadView &view_;
};

} // namespace nebula::chain
