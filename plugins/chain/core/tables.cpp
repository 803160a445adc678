#include "tables.h"

#include "codec.h"

#include "common/hex.h"

namespace nebula::chain {
namespace {

const ByteView k_tip = common::as_bytes("tip");
const ByteView k_state = common::as_bytes("state");
const ByteView k_parameters = common::as_bytes("parameters");

Error missing(std::string_view what, const Hash &id) {
   return {Fault::storage, "the store has no " + std::string(what) + " of block " + common::to_hex(id) +
                              ", which other rows name: restore a backup or remove the data folder and resynchronise"};
}

Result<std::optional<Hash>> find_hash(const ReadView &view, Table table, ByteView key) {
   auto row = view.get(table, key);
   if (!row)
      return row.error();
   if (!*row)
      return std::optional<Hash>();
   Hash out{};
   if ((*row)->size() != out.size())
      return Error{Fault::storage, "a stored hash does not have 32 bytes"};
   std::memcpy(out.data(), (*row)->data(), out.size());
   return std::optional(out);
}

} // namespace

Bytes height_key(std::uint64_t height) {
   Bytes out(8);
   for (std::size_t i = 0; i < 8; ++i)
      out[i] = static_cast<std::uint8_t>(height >> (8 * (7 - i)));
   return out;
}

Bytes side_key(std::uint64_t height, const Hash &id) {
   Bytes out = height_key(height);
   out.insert(out.end(), id.begin(), id.end());
   return out;
}

Result<std::optional<BlockIndex>> find_index(const ReadView &view, const Hash &id) {
   auto row = view.get(Table::index, id);
   if (!row)
      return row.error();
   if (!*row)
      return std::optional<BlockIndex>();
   auto index = decode_index(id, **row);
   if (!index)
      return index.error();
   return std::optional(std::move(*index));
}

Result<BlockIndex> need_index(const ReadView &view, const Hash &id) {
   auto found = find_index(view, id);
   if (!found)
      return found.error();
   if (!*found)
      return missing("index entry", id);
   return std::move(**found);
}

Result<BlockPtr> need_block(const ReadView &view, const NetworkParams &network, const Hash &id) {
   auto row = view.get(Table::blocks, id);
   if (!row)
      return row.error();
   if (!*row)
      return missing("bytes", id);
   auto block = decode_block(**row, network.chain_id, network.max_block_bytes);
   if (!block)
      return Error{Fault::storage, "stored block " + common::to_hex(id) + ": " + block.error().text};
   return block;
}

Result<std::optional<Hash>> main_id(const ReadView &view, std::uint64_t height) {
   return find_hash(view, Table::heights, height_key(height));
}

Result<bool> in_main_chain(const ReadView &view, const BlockIndex &index) {
   auto id = main_id(view, index.height);
   if (!id)
      return id.error();
   return *id && **id == index.id;
}

Result<void> put_index(WriteBatch &batch, const BlockIndex &index) {
   return batch.put(Table::index, index.id, encode_index(index));
}

Result<void> put_account(WriteBatch &batch, const Address &address, const Account &account) {
   if (!account.exists())
      return batch.remove(Table::accounts, address);
   return batch.put(Table::accounts, address, encode_account(account));
}

Result<std::optional<TransactionPlace>> find_place(const ReadView &view, const Hash &transaction) {
   auto row = view.get(Table::transactions, transaction);
   if (!row)
      return row.error();
   if (!*row)
      return std::optional<TransactionPlace>();
   Reader in(**row);
   TransactionPlace out;
   in.array(out.block);
   out.position = in.u32();
   if (!in.complete())
      return Error{Fault::storage, "a stored transaction place is malformed"};
   return std::optional(out);
}

Result<void> put_place(WriteBatch &batch, const Hash &transaction, const TransactionPlace &place) {
   Writer out;
   out.bytes(place.block);
   out.u32(place.position);
   return batch.put(Table::transactions, transaction, out.view());
}

Result<std::optional<Hash>> stored_tip(const ReadView &view) {
   return find_hash(view, Table::meta, k_tip);
}

Result<BlockIndex> need_tip(const ReadView &view) {
   auto id = stored_tip(view);
   if (!id)
      return id.error();
   if (!*id)
      return Error{Fault::storage, "the store has no tip"};
   return need_index(view, **id);
}

Result<StateSummary> stored_summary(const ReadView &view) {
   auto row = view.get(Table::meta, k_state);
   if (!row)
      return row.error();
   if (!*row)
      return Error{Fault::storage, "the store has a tip and no state summary"};
   return decode_summary(**row);
}

Result<void> put_tip(WriteBatch &batch, const Hash &id, const StateSummary &summary) {
   if (auto put = batch.put(Table::meta, k_tip, id); !put)
      return put.error();
   return batch.put(Table::meta, k_state, encode_summary(summary));
}

Result<std::optional<Hash>> stored_parameters(const ReadView &view) {
   return find_hash(view, Table::meta, k_parameters);
}

Result<void> put_parameters(WriteBatch &batch, const Hash &hash) {
   return batch.put(Table::meta, k_parameters, hash);
}

Result<Undo> need_undo(const ReadView &view, const Hash &block) {
   auto row = view.get(Table::undo, block);
   if (!row)
      return row.error();
   if (!*row)
      return missing("undo record", block);
   Reader in(**row);
   auto before = decode_summary(in.bytes(LtHash::k_bytes + 24));
   if (!before)
      return before.error();
   Undo out{std::move(*before), {}};
   const std::uint32_t count = in.u32();
   for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
      AccountChange change;
      in.array(change.address);
      change.before.balance = in.u64();
      change.before.nonce = in.u64();
      out.changes.push_back(change);
   }
   if (!in.complete())
      return Error{Fault::storage, "the undo record of block " + common::to_hex(block) + " is malformed"};
   return out;
}

Result<void> put_undo(WriteBatch &batch, const Hash &block, const Undo &undo) {
   Writer out;
   out.bytes(encode_summary(undo.before));
   out.u32(static_cast<std::uint32_t>(undo.changes.size()));
   for (const AccountChange &change : undo.changes) {
      out.bytes(change.address);
      out.bytes(encode_account(change.before));
   }
   return batch.put(Table::undo, block, out.view());
}

Result<Account> StoredAccounts::account(const Address &address) const {
   auto row = view_.get(Table::accounts, address);
   if (!row)
      return row.error();
   if (!*row)
      return Account{};
   return decode_account(**row);
}

} // namespace nebula::chain
