#pragma once

/// The few things the chain needs of a store: tables of ordered keys, consistent reads, and one write transaction that
/// is applied entirely and durably, or not at all.

#include "types.h"

#include <functional>
#include <memory>
#include <optional>

namespace nebula::chain {

/// Numbers of the tables in the store; append only.
enum class Table : std::uint8_t {
   meta = 0,         // "tip", "state", "parameters"
   blocks = 1,       // block id -> block
   index = 2,        // block id -> BlockIndex
   heights = 3,      // big-endian height -> id of the main chain's block
   accounts = 4,     // address -> Account
   transactions = 5, // transaction id -> place in the main chain
   undo = 6,         // block id -> what unwinding it restores
   side = 7,         // big-endian height + block id -> nothing: blocks that are not in the main chain
   payouts = 8,      // key of a batch -> PayoutBatch
   open_payouts = 9, // big-endian number of an open batch -> its key
};
inline constexpr std::size_t k_table_count = 10;
inline constexpr std::array<std::string_view, k_table_count> k_table_names = {
   "meta", "blocks", "index", "heights", "accounts", "transactions", "undo", "side", "payouts", "open_payouts"};

/// Returns false to stop.
using PairVisitor = std::function<bool(ByteView key, ByteView value)>;

/// The state of the store at one moment. Used by one thread.
class ReadView {
public:
   virtual ~ReadView() = default;
   /// Empty: there is no such key.
   [[nodiscard]] virtual Result<std::optional<Bytes>> get(Table table, ByteView key) const = 0;
   /// Pairs with from <= key < to in key order; an empty `to` is no end. The visitor must not write.
   [[nodiscard]] virtual Result<void> scan(Table table, ByteView from, ByteView to, const PairVisitor &visit) const = 0;
};

/// The one write transaction; reads see its own writes. Destroyed without commit, nothing of it happened.
class WriteBatch : public ReadView {
public:
   [[nodiscard]] virtual Result<void> put(Table table, ByteView key, ByteView value) = 0;
   /// Removing what is not there is no error.
   [[nodiscard]] virtual Result<void> remove(Table table, ByteView key) = 0;
   /// Once it returns success the writes survive kill -9 and power loss. After it nothing else may be called.
   [[nodiscard]] virtual Result<void> commit() = 0;
};

class Store {
public:
   virtual ~Store() = default;
   [[nodiscard]] virtual Result<std::unique_ptr<ReadView>> read() = 0;
   [[nodiscard]] virtual Result<std::unique_ptr<WriteBatch>> write() = 0;
};

} // namespace nebula::chain
