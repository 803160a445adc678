#pragma once

/// As much of a node as a keeper and the proof-of-work part need between them.

#include "host/ext/service_directory.h"
#include "host/pow/pow.h"

#include <nebula/host.h>

namespace nebula::host {

/// What the keeper needs of a node.
class PowDirectory final : public ServiceDirectory {
public:
   explicit PowDirectory(Pow &pow) : pow_(pow) {}
   neb_status provide(const InstanceIdentity &, const char *, const char *, const char *, const void *,
                      neb_error *) noexcept override {
      return NEB_E_UNSUPPORTED;
   }
   neb_status find(const InstanceIdentity &, std::string_view, std::string_view, neb_slot **,
                   neb_error *) noexcept override {
      return NEB_E_UNSUPPORTED;
   }
   neb_status list(const InstanceIdentity &, std::string_view, void (*)(void *, neb_str, neb_str),
                   void *) noexcept override {
      return NEB_E_UNSUPPORTED;
   }
   [[nodiscard]] SlotFunctions slot_functions() const noexcept override { return {}; }
   void lost(std::string_view instance, std::string_view why) noexcept override { pow_.instance_lost(instance, why); }
   void renewed(std::string_view instance) noexcept override { pow_.instance_renewed(instance); }

private:
   Pow &pow_;
};

/// A host's record for the instance that says nothing and has no extensions.
inline neb_host silent_host(const char *instance) {
   static const std::uint32_t off = NEB_LOG_OFF;
   neb_host host{};
   host.size = sizeof host;
   host.instance = instance;
   host.log_level = &off;
   host.log = [](const neb_host *, std::uint32_t, neb_str) {};
   host.get_extension = [](const neb_host *, const char *) -> const void * { return nullptr; };
   return host;
}

} // namespace nebula::host
