// The host as a plugin instance sees it: its names, its extensions by id, and a place to provide services.
#pragma once

#include <nebula/error.hpp>
#include <nebula/host.h>

namespace nebula {

// A copyable handle, valid from `create` until `destroy` returns. All functions are [thread-safe] unless they say
// otherwise.
class Host {
public:
   explicit Host(const neb_host *raw) noexcept : raw_(raw) {}

   const neb_host *raw() const noexcept { return raw_; }
   std::string_view name() const noexcept { return raw_->name; }
   std::string_view version() const noexcept { return raw_->version; }
   std::string_view instance() const noexcept { return raw_->instance; } // in node.yaml

   // The extension's table, or NULL when this host does not have it: find<neb_ext_kv>(NEB_EXT_KV).
   template <class Table>
   const Table *find(const char *id) const noexcept {
      return static_cast<const Table *>(raw_->get_extension(raw_, id));
   }

   // The same for a plugin that cannot live without it; throws NEB_E_UNSUPPORTED.
   template <class Table>
   const Table &require(const char *id) const {
      const Table *table = find<Table>(id);
      if (table == nullptr) {
         throw Error(NEB_E_UNSUPPORTED, "this host (", name(), " ", version(), ") does not offer ", id,
                     ", which this plugin needs; use a host that does");
      }
      return *table;
   }

   // Offers a service; see neb_host.provide. `name` and `properties` may be NULL. What `table` points to must live
   // until the instance is destroyed. [main & in init]
   template <class Table>
   void provide(const char *id, const Table &table, const char *name = nullptr,
                const char *properties = nullptr) const {
      ErrorRecord record;
      record.check(raw_->provide(raw_, id, name, properties, &table, record.raw()), concat("provide ", id));
   }

private:
   const neb_host *raw_;
};

} // namespace nebula
