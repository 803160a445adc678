/// nebula.services/1, nebula.config/1 and nebula.clock/1.

#include "ext/error_text.h"
#include "ext/instance_context.h"
#include "nebula/ext/clock.h"

namespace nebula::host {
namespace {

neb_status find(const neb_host *host, neb_str id, neb_str select, neb_slot **out, neb_error *err) {
   return contained(host, "nebula.services/1 find", [&](InstanceContext &context) {
      const neb_status permitted = permit(context, "nebula.services/1 find", context.in_init, "[main & in init]", err);
      if (permitted != NEB_OK)
         return permitted;
      if (out == nullptr || id.len == 0)
         return fail(err, NEB_E_INVALID, "find needs a contract such as nebula.work.source/1 and a place for the slot");
      return context.services.services.find(context.identity(), view(id), view(select), out, err);
   });
}

neb_status list(const neb_host *host, neb_str id, void (*each)(void *, neb_str, neb_str), void *user) {
   return contained(host, "nebula.services/1 list", [&](InstanceContext &context) {
      const neb_status permitted = permit(context, "nebula.services/1 list", true, "[main]", nullptr);
      if (permitted != NEB_OK)
         return permitted;
      return each == nullptr ? neb_status{NEB_E_INVALID}
                             : context.services.services.list(context.identity(), view(id), each, user);
   });
}

const neb_config *config_root(const neb_host *host) {
   const InstanceContext *context = context_of(host);
   return context == nullptr ? nullptr : context->config_root.load(std::memory_order_acquire);
}

uint64_t monotonic_ns(const neb_host *host) {
   return context_of(host)->services.clock.monotonic_ns();
}

int64_t wall_ns(const neb_host *host) {
   return context_of(host)->services.clock.wall_ns();
}

} // namespace

neb_ext_services make_services_table(const SlotFunctions &slots) noexcept {
   return {sizeof(neb_ext_services), 0, find, slots.enter, slots.leave, slots.watch, list};
}

neb_ext_config make_config_table(const neb_ext_config &of_config) noexcept {
   neb_ext_config table = of_config;
   table.size = sizeof table;
   table.root = config_root;
   return table;
}

const void *clock_table() noexcept {
   static constexpr neb_ext_clock k_table = {sizeof(neb_ext_clock), 0, monotonic_ns, wall_ns};
   return &k_table;
}

} // namespace nebula::host
