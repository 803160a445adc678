#pragma once

#include "nebula/ext/services.h"

#include <string_view>

namespace nebula::host {

/// Who provides and who looks for a service.
struct InstanceIdentity {
   std::string_view instance; // its name in node.yaml
   std::string_view plugin;   // the plugin's id
};

/// The functions of nebula.services/1 that are given a slot and no host. They go into the table as they are, because a
/// reader pays for every step between them.
struct SlotFunctions {
   const void *(*enter)(neb_slot *slot, neb_guard *guard);
   void (*leave)(neb_guard *guard);
   neb_status (*watch)(neb_slot *slot, void (*changed)(void *user, uint64_t generation), void *user);
};

/// Where services are provided and found; implemented by host/slots. Thread and state were checked by the caller. No
/// function throws.
class ServiceDirectory {
public:
   virtual ~ServiceDirectory() = default;

   /// As neb_host.provide says; `name` and `properties` may be NULL.
   virtual neb_status provide(const InstanceIdentity &provider, const char *id, const char *name,
                              const char *properties, const void *iface, neb_error *err) noexcept = 0;
   /// As neb_ext_services.find says.
   virtual neb_status find(const InstanceIdentity &seeker, std::string_view id, std::string_view select, neb_slot **out,
                           neb_error *err) noexcept = 0;
   /// As neb_ext_services.list says.
   virtual neb_status list(const InstanceIdentity &seeker, std::string_view id,
                           void (*each)(void *user, neb_str name, neb_str properties), void *user) noexcept = 0;

   [[nodiscard]] virtual SlotFunctions slot_functions() const noexcept = 0;

   /// The process that serves an instance died: what it provided cannot answer until `renewed`. When this returns
   /// nobody takes its failures for wrong answers any more. Any thread.
   virtual void lost(std::string_view instance, std::string_view why) noexcept {
      (void)instance;
      (void)why;
   }
   /// Another process serves the instance: what was found out about the former one no longer holds. Any thread.
   virtual void renewed(std::string_view instance) noexcept { (void)instance; }
};

} // namespace nebula::host
