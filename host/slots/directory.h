#pragma once

/// Who provides what, and which slot that fills. One for each node; main thread only, but for the slots themselves.

#include "host/ext/service_directory.h"
#include "host/slots/pow_hook.h"
#include "host/slots/provided.h"
#include "host/slots/slot.h"

#include <boost/json/object.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host {

inline constexpr std::size_t k_max_slots_of_instance = 256;    // a switcher over 50 pools needs 50
inline constexpr std::size_t k_max_services_of_instance = 256; // 4 devices * 16 algorithms * 2

/// What the directory must know of the node's instances.
struct InstanceFacts {
   std::uint64_t order = 0;           // place in node.yaml
   std::vector<std::string> provides; // contracts its manifest names
};

class Directory final : public ServiceDirectory {
public:
   Directory() = default;
   ~Directory() override;

   /// Where algorithms and backends are announced; without one they are services like any other. Before the first
   /// instance. It is used until the last instance was withdrawn.
   void set_pow(PowHook *pow) noexcept { pow_ = pow; }

   /// The instances of the configuration that holds from now on.
   void set_instances(std::map<std::string, InstanceFacts, std::less<>> instances);

   /// The instance finished its init: what it provided fills slots from now on.
   void instance_ready(std::string_view instance);

   /// What it provided leaves every slot: other occupants or none take its place, watchers are told, and no reader is
   /// inside any more when this succeeds within `timeout_ns`. Afterwards it provides nothing. Before its drain, or
   /// after a failed init.
   [[nodiscard]] Result<void> withdraw(std::string_view instance, std::uint64_t timeout_ns);
   /// The instance stopped: its watchers are called no more.
   void end_watches(std::string_view instance);
   /// It was destroyed: its slots go.
   void forget(std::string_view instance);

   neb_status provide(const InstanceIdentity &provider, const char *id, const char *name, const char *properties,
                      const void *iface, neb_error *err) noexcept override;
   neb_status find(const InstanceIdentity &seeker, std::string_view id, std::string_view select, neb_slot **out,
                   neb_error *err) noexcept override;
   neb_status list(const InstanceIdentity &seeker, std::string_view id,
                   void (*each)(void *user, neb_str name, neb_str properties), void *user) noexcept override;
   [[nodiscard]] SlotFunctions slot_functions() const noexcept override;
   void lost(std::string_view instance, std::string_view why) noexcept override;
   void renewed(std::string_view instance) noexcept override;

   /// What an instance provides, in the order it did.
   [[nodiscard]] std::vector<const Provided *> services_of(std::string_view instance) const;
   /// Every candidate of `select` for contract `id`, best first, and the clause that removed each of the others:
   /// {"id","select","candidates":[{"name","instance","plugin","properties","preference","chosen","rejected_by"?}]}.
   [[nodiscard]] Result<boost::json::object> explain(std::string_view id, std::string_view select) const;

private:
   struct Entry {
      Provided provided;
      bool linked = false;
   };
   struct Seat { // a slot and what it looks for
      std::string instance;
      Selection selection;
      std::unique_ptr<Slot> slot;
   };
   using Entries = std::vector<std::unique_ptr<Entry>>;

   Result<Provided> make_provided(const InstanceIdentity &provider, const char *id, const char *name,
                                  const char *properties, const void *iface) const;
   Result<void> announce(const Provided &provided);
   Result<Slot *> find_slot(const InstanceIdentity &seeker, std::string_view id, std::string_view select);
   [[nodiscard]] std::vector<const Entry *> candidates(std::string_view id, std::string_view seeker) const;
   /// The table that the seat's slot holds now; nullptr: nobody's.
   [[nodiscard]] const void *best(const Seat &seat) const;
   [[nodiscard]] bool is_linked(std::string_view instance) const;
   [[nodiscard]] Result<void> anyone_can_fill(const Seat &seat) const;
   std::vector<Slot *> fill_slots();
   Result<void> wait_for_readers(const std::vector<std::string> &ids, const std::function<std::uint64_t()> &time_left);

   PowHook *pow_ = nullptr;
   std::map<std::string, InstanceFacts, std::less<>> instances_;
   Entries entries_;
   Entries abandoned_; // of instances that readers did not leave: their records stay valid
   std::vector<Seat> seats_;
   std::map<Slot *, std::string> pow_slots_; // the hook's slots, and whose they are
};

} // namespace nebula::host
