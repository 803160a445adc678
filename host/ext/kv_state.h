#pragma once

/// The inside of the store, shared by the kv_*.cpp files.

#include "ext/kv_store.h"
#include "ext/owner_lock.h"

#include <condition_variable>
#include <lmdb.h>
#include <mutex>
#include <thread>
#include <vector>

namespace nebula::host {

/// What an LMDB or system error number means in the contract.
[[nodiscard]] neb_status kv_status(int lmdb_code) noexcept;
/// The reason as a clause for an operator.
[[nodiscard]] std::string kv_reason(int lmdb_code);

struct KvStore::State {
   KvOptions options;
   std::unique_ptr<OwnerLock> owner;
   MDB_env *env = nullptr;
   MDB_dbi meta = 0;
   std::vector<MDB_dbi> tables;
   uint64_t map_bytes = 0;
   uint32_t page_bytes = 4096;

   // Who is inside. The map may only be changed when nobody is.
   mutable std::mutex mutex;
   std::condition_variable changed;
   uint64_t readers = 0;
   bool writing = false;
   std::thread::id writer;     // while writing
   bool growing = false;       // new readers wait
   bool growth_wanted = false; // a transaction found the map full
   bool lost = false;          // the map could not be had back after growing: only a restart helps

   ~State();

   /// Makes the folder, takes the lock and opens the environment with as much address space as the system gives.
   [[nodiscard]] neb_status open_environment(neb_error *err);
   /// Opens the tables and brings the schema up to date, in one transaction.
   [[nodiscard]] neb_status open_schema(uint32_t version, std::span<const neb_str> names, neb_kv_migrate_fn migrate,
                                        void *user, neb_error *err);
   /// With the write turn taken and `lock` held: enlarges the map when the room left is short. Never fails: without
   /// growth the transaction goes on with the room there is.
   void grow_if_short(std::unique_lock<std::mutex> &lock);
   [[nodiscard]] uint64_t used_bytes() const;
   /// The error by its right name: LMDB calls a write cut short an I/O error, but most often the disk is full.
   [[nodiscard]] int named(int code) const;

   [[nodiscard]] neb_status take_turn(bool write, neb_error *err);
   void end_turn(bool write);

private:
   [[nodiscard]] int try_environment(uint64_t map);
};

} // namespace nebula::host

/// A transaction. Belongs to the thread that began it.
struct neb_kv_txn {
   nebula::host::KvStore::State *store = nullptr;
   MDB_txn *txn = nullptr;
   bool write = false;
   bool borrowed = false; // a migration's: the host ends it
   int failed = 0;        // the first error that makes a commit impossible
   std::thread::id owner = std::this_thread::get_id();

   [[nodiscard]] bool own_thread() const noexcept { return owner == std::this_thread::get_id(); }
};
