// nebula.services/1: calling what other plugins provide, through slots whose occupant may change at any time.
#pragma once

#include <nebula/ext/services.h>
#include <nebula/host.hpp>

#include <functional>
#include <memory>

namespace nebula {

// One entered slot: while it lives, calls through the table are safe, on this thread. Test it first: an empty slot
// gives an empty guard. Hold it for one batch of work, not for long.
template <class Table>
class Guard {
public:
   Guard(const neb_ext_services *api, neb_slot *slot) noexcept : api_(api) {
      table_ = slot ? static_cast<const Table *>(api->enter(slot, &guard_)) : nullptr;
   }
   Guard(const Guard &) = delete;
   Guard &operator=(const Guard &) = delete;
   ~Guard() {
      if (table_) {
         api_->leave(&guard_);
      }
   }

   explicit operator bool() const noexcept { return table_ != nullptr; }
   const Table *operator->() const noexcept { return table_; }
   const Table *get() const noexcept { return table_; } // the first argument of the table's functions
   uint64_t generation() const noexcept { return guard_.generation; }

private:
   const neb_ext_services *api_;
   const Table *table_;
   neb_guard guard_{};
};

// A place that a service of one contract fills. Movable; keep it in the plugin object, it is valid until `destroy`.
template <class Table>
class Slot {
public:
   Slot() noexcept = default; // empty for ever
   Slot(const neb_ext_services *api, neb_slot *raw) noexcept : api_(api), raw_(raw) {}

   // [thread-safe]
   Guard<Table> enter() const noexcept { return Guard<Table>(api_, raw_); }

   // Calls `changed(generation)` after each change of the occupant until the instance stops. Once per slot.
   // [main]
   void watch(std::function<void(uint64_t)> changed) {
      if (raw_ == nullptr) {
         return;
      }
      changed_ = std::make_unique<std::function<void(uint64_t)>>(std::move(changed));
      check(api_->watch(raw_, &on_changed, changed_.get()), "watch a service");
   }

   neb_slot *raw() const noexcept { return raw_; }

private:
   static void on_changed(void *user, uint64_t generation) noexcept {
      (void)guarded(nullptr, [&] { (*static_cast<std::function<void(uint64_t)> *>(user))(generation); });
   }

   const neb_ext_services *api_ = nullptr;
   neb_slot *raw_ = nullptr;
   std::unique_ptr<std::function<void(uint64_t)>> changed_; // its address is what the host holds
};

// Finds services. Throws when the host has no nebula.services/1.
class Services {
public:
   explicit Services(Host host) : host_(host), api_(&host.require<neb_ext_services>(NEB_EXT_SERVICES)) {}

   // The slot for the best service of `id` that `select` admits: "instance=chain", "device=cpu, ?simd=avx512". Throws
   // NEB_E_NOT_FOUND when no enabled plugin can ever fill it; the text says which one would.
   // [main & in init]
   template <class Table>
   Slot<Table> find(const char *id, std::string_view select) const {
      return found<Table>(id, select, false);
   }

   // The same for a service the plugin can live without: then the slot stays empty.
   // [main & in init]
   template <class Table>
   Slot<Table> find_optional(const char *id, std::string_view select) const {
      return found<Table>(id, select, true);
   }

   // Calls `each(name, properties)` for every service of `id`.
   // [main]
   void list(const char *id, const std::function<void(std::string_view, std::string_view)> &each) const {
      Listing listing{each, nullptr};
      check(api_->list(host_.raw(), str(id), &on_listed, &listing), "list services");
      if (listing.thrown) {
         std::rethrow_exception(listing.thrown);
      }
   }

private:
   struct Listing {
      const std::function<void(std::string_view, std::string_view)> &each;
      std::exception_ptr thrown; // carried over the host's frames
   };

   static void on_listed(void *user, neb_str name, neb_str properties) noexcept {
      auto &listing = *static_cast<Listing *>(user);
      try {
         if (!listing.thrown) {
            listing.each(view(name), view(properties));
         }
      } catch (...) {
         listing.thrown = std::current_exception();
      }
   }

   template <class Table>
   Slot<Table> found(const char *id, std::string_view select, bool optional) const {
      neb_slot *slot = nullptr;
      ErrorRecord record;
      const neb_status status = api_->find(host_.raw(), str(id), str(select), &slot, record.raw());
      if (status != NEB_OK && !(optional && status == NEB_E_NOT_FOUND)) {
         record.check(status, concat("find ", id));
      }
      return Slot<Table>(api_, slot);
   }

   Host host_;
   const neb_ext_services *api_;
};

} // namespace nebula
