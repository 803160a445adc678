#pragma once

/// A slot: the place a service fills. Readers enter and leave without a lock and without writing to shared memory; a
/// swap puts another occupant in, then waits until no reader is inside the old one. See reader.h for how readers
/// announce themselves.

#include <nebula/ext/services.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace nebula::host {

/// What stands in a slot: immutable, one for each installation, so its address says whether the slot changed.
struct Occupant {
   const void *table;
   std::uint64_t generation;
};

} // namespace nebula::host

/// The opaque type of the contract.
struct neb_slot {
   alignas(64) std::atomic<const nebula::host::Occupant *> occupant{nullptr};
};

namespace nebula::host {

/// One (id, select) of one instance. Every neb_slot is a Slot.
class Slot final : public ::neb_slot {
public:
   Slot(std::string id, std::string select) : id_(std::move(id)), select_(std::move(select)) {}
   ~Slot();
   Slot(const Slot &) = delete;
   Slot &operator=(const Slot &) = delete;

   [[nodiscard]] const std::string &id() const noexcept { return id_; }
   [[nodiscard]] const std::string &select() const noexcept { return select_; }
   /// The occupant's table or nullptr, for comparing and showing; not to be called through.
   [[nodiscard]] const void *table() const noexcept;
   /// Of the present occupant; grows with each change; 0 before the first.
   [[nodiscard]] std::uint64_t generation() const noexcept { return generation_.load(std::memory_order_acquire); }

   /// Puts `table` in (nullptr: empties the slot) and returns at once; new readers see it. Readers may still be inside
   /// what stood there. Calls no watcher. Nothing happens when `table` is the occupant's. Any thread.
   void publish(const void *table);

   /// Waits until no reader is inside any former occupant, at most `timeout_ns`. False: some still are (their occupants
   /// stay valid for them, and a later quiesce looks again), or the calling thread itself holds a guard. Any thread but
   /// a reader's.
   [[nodiscard]] bool quiesce(std::uint64_t timeout_ns);

   /// Calls every watcher with the present generation. Main thread, after publish.
   void notify() const;

   using Changed = void (*)(void *user, std::uint64_t generation);
   /// Calls `changed` at each notify until unwatch_all. False: k_max_watchers are there already. Main thread.
   [[nodiscard]] bool watch(Changed changed, void *user);
   /// The instance that owns the slot stops. Main thread.
   void unwatch_all();

   static constexpr std::size_t k_max_watchers = 64; // one instance needs one; a plugin with a watcher per worker fits

private:
   struct Watcher {
      Changed changed;
      void *user;
   };

   const std::string id_;
   const std::string select_;
   std::atomic<std::uint64_t> generation_{0};
   mutable std::mutex writers_;
   std::unique_ptr<const Occupant> current_;               // guarded by writers_
   std::vector<std::unique_ptr<const Occupant>> retiring_; // guarded by writers_; left the slot, may have readers
   std::vector<Watcher> watchers_;                         // main thread only
};

/// nebula.services/1 enter: the occupant's table, or nullptr when the slot is empty or this thread holds k_guards_max
/// guards.
[[nodiscard]] const void *enter(::neb_slot *slot, ::neb_guard *guard) noexcept;
void leave(::neb_guard *guard) noexcept;

} // namespace nebula::host
