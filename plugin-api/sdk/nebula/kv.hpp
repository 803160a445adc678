// nebula.kv/1: the instance's own durable, ordered key-value store, with transactions that end with their scope.
#pragma once

#include <nebula/ext/kv.h>
#include <nebula/host.hpp>

#include <functional>
#include <initializer_list>
#include <optional>
#include <vector>

namespace nebula {

// One transaction, ended by commit() or, when that was not reached, undone at the end of its scope. It belongs to one
// thread. Bytes it gives are borrowed until it ends or, when it writes, changes anything.
class Transaction {
public:
   Transaction(const neb_ext_kv *api, neb_kv_txn *raw, bool owned = true) noexcept
      : api_(api), raw_(raw), owned_(owned) {}
   Transaction(Transaction &&other) noexcept
      : api_(other.api_), raw_(std::exchange(other.raw_, nullptr)), owned_(other.owned_) {}
   Transaction &operator=(Transaction &&) = delete;
   ~Transaction() {
      if (owned_ && raw_) {
         api_->abort(raw_);
      }
   }

   // The value, or nothing when there is none. `table` is a place in the list given to Kv::open.
   std::optional<neb_bytes> get(uint32_t table, neb_bytes key) const {
      neb_bytes value{};
      const neb_status status = api_->get(raw_, table, key, &value);
      if (status == NEB_E_NOT_FOUND) {
         return std::nullopt;
      }
      check(status, "read the store");
      return value;
   }

   // Inserts or replaces.
   void put(uint32_t table, neb_bytes key, neb_bytes value) {
      check(api_->put(raw_, table, key, value), "write the store");
   }

   // False when there was none.
   bool erase(uint32_t table, neb_bytes key) {
      const neb_status status = api_->del(raw_, table, key);
      if (status != NEB_E_NOT_FOUND) {
         check(status, "write the store");
      }
      return status == NEB_OK;
   }

   // Calls each(key, value) for from <= key < to in key order (an empty `to`: to the end), or downwards with `reverse`,
   // until it returns false. It must not write to the table; what it throws ends the visit and is thrown on.
   template <class Each>
   void range(uint32_t table, neb_bytes from, neb_bytes to, const Each &each, bool reverse = false) const {
      Visit<Each> visit{each, nullptr};
      check(api_->range(raw_, table, from, to, reverse ? 1 : 0, &Visit<Each>::call, &visit), "read the store");
      if (visit.thrown) {
         std::rethrow_exception(visit.thrown);
      }
   }

   // All or nothing; when it throws nothing was kept. The transaction has ended either way.
   void commit() {
      ErrorRecord record;
      record.check(api_->commit(std::exchange(raw_, nullptr), record.raw()), "commit to the store");
   }

private:
   template <class Each>
   struct Visit {
      const Each &each;
      std::exception_ptr thrown;

      static int32_t call(void *user, neb_bytes key, neb_bytes value) noexcept {
         auto &visit = *static_cast<Visit *>(user);
         try {
            return visit.each(key, value) ? 1 : 0;
         } catch (...) {
            visit.thrown = std::current_exception();
            return 0;
         }
      }
   };

   const neb_ext_kv *api_;
   neb_kv_txn *raw_;
   bool owned_; // a migration's transaction is the host's
};

// Throws when the host has no nebula.kv/1. Copyable.
class Kv {
public:
   // Moves the data of a write transaction from schema `version` to the next.
   using Migrate = std::function<void(Transaction &transaction, uint32_t version)>;

   explicit Kv(Host host) : host_(host.raw()), api_(&host.require<neb_ext_kv>(NEB_EXT_KV)) {}

   // Opens the store; before anything else. Tables are numbered by their place.
   // [main & (created|ready)]
   void open(uint32_t schema_version, std::initializer_list<std::string_view> tables,
             const Migrate &migrate = {}) const {
      std::vector<neb_str> names;
      for (const std::string_view table : tables) {
         names.push_back(str(table));
      }
      const Migration migration{api_, migrate};
      ErrorRecord record;
      record.check(api_->open(host_, schema_version, names.data(), static_cast<uint32_t>(names.size()), &on_migrate,
                              const_cast<Migration *>(&migration), record.raw()),
                   "open the store");
   }

   // [thread-safe]
   Transaction read() const { return begin(NEB_KV_READ); }

   // Waits for the one that writes now.
   // [thread-safe]
   Transaction write() const { return begin(NEB_KV_WRITE); }

private:
   struct Migration {
      const neb_ext_kv *api;
      const Migrate &migrate;
   };

   static neb_status on_migrate(void *user, neb_kv_txn *raw, uint32_t version, neb_error *err) noexcept {
      const auto &migration = *static_cast<const Migration *>(user);
      return guarded(err, [&] {
         if (!migration.migrate) {
            throw Error(NEB_E_CORRUPT, "the store has schema version ", version, ", which this plugin cannot migrate");
         }
         Transaction transaction(migration.api, raw, false);
         migration.migrate(transaction, version);
      });
   }

   Transaction begin(int32_t mode) const {
      neb_kv_txn *raw = nullptr;
      ErrorRecord record;
      record.check(api_->begin(host_, mode, &raw, record.raw()), "begin a transaction");
      return Transaction(api_, raw);
   }

   const neb_host *host_;
   const neb_ext_kv *api_;
};

} // namespace nebula
