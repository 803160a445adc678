#pragma once

/// What the accounts need of a store: tables of ordered keys and one write transaction that happens entirely and
/// durably, or not at all. Failures are thrown as nebula::Error.

#include "common/bytes.h"

#include <functional>
#include <memory>
#include <optional>

namespace nebula::pool::accounts {

using common::Bytes;
using common::ByteView;

/// Places in the store; append only. Keys are big-endian numbers, except in `meta`.
enum class Table : std::uint8_t {
   meta,       ///< "identity": what makes payment keys unique
   algorithms, ///< number -> Algorithm
   wallets,    ///< number -> Wallet
   workers,    ///< number -> Worker
   journal,    ///< sequence -> Event
   slices,     ///< algorithm, first sequence -> Slice
   blocks,     ///< number -> Block
   splits,     ///< number of its block -> Split
   batches,    ///< number -> Batch
   payments    ///< number of its batch -> Payments
};
inline constexpr std::size_t k_table_count = 10;
inline constexpr std::string_view k_table_names[k_table_count] = {
   "meta", "algorithms", "wallets", "workers", "journal", "slices", "blocks", "splits", "batches", "payments"};

/// Used by one thread. Destroyed without commit, nothing of it happened.
class Transaction {
public:
   virtual ~Transaction() = default;
   [[nodiscard]] virtual std::optional<Bytes> get(Table table, ByteView key) const = 0;
   /// Pairs with from <= key in key order, or (`backwards`) those with key < from downwards, an empty one being no end;
   /// until `visit` says false. It must not write.
   using Visit = std::function<bool(ByteView key, ByteView value)>;
   virtual void range(Table table, ByteView from, bool backwards, const Visit &visit) const = 0;
   virtual void put(Table table, ByteView key, ByteView value) = 0;
   virtual void erase(Table table, ByteView key) = 0;
   /// When it returns, it survives kill -9 and power loss. When it throws it may have happened or not.
   virtual void commit() = 0;
};

/// What is durable at once and comes into the store later: records by ascending numbers, above 0.
class Log {
public:
   virtual ~Log() = default;
   using Visit = std::function<void(std::uint64_t number, ByteView record)>;
   /// What survived of those since `restart`, the oldest first: all but those whose `append` never returned, and of
   /// those maybe some. Records of before may come too. The next one goes behind them.
   virtual void each(const Visit &visit) = 0;
   /// When it returns, it survives kill -9 and power loss; false: there is no room, and nothing happened. When it
   /// throws it may have happened or not.
   [[nodiscard]] virtual bool append(std::uint64_t number, ByteView record) = 0;
   /// Everything is in the store.
   virtual void restart() = 0;
};

class Store {
public:
   virtual ~Store() = default;
   /// Null: it has none, and each group of shares is a transaction.
   [[nodiscard]] virtual Log *log() { return nullptr; }
   [[nodiscard]] virtual std::unique_ptr<Transaction> read() const = 0;
   [[nodiscard]] virtual std::unique_ptr<Transaction> write() = 0;
};

} // namespace nebula::pool::accounts
