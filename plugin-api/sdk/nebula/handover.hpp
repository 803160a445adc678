// nebula.handover/1: giving what an instance does over to another process, without closing a connection.
#pragma once

#include <nebula/plugin.hpp>
#include <nebula/svc/handover.h>

#include <string>
#include <vector>

namespace nebula {

// What an instance gives and takes. It does not own the descriptors: whoever holds it says who does.
struct HandoverState {
   std::string bytes;
   std::vector<int32_t> descriptors;
};

// Derive, override all three and call attach(plugin) in the plugin's constructor. To fail, throw.
class Handover {
public:
   Handover() noexcept : table_{sizeof(neb_handover), 0, this, &on_give, &on_take, &on_resume} {}
   Handover(const Handover &) = delete;
   Handover &operator=(const Handover &) = delete;

   void attach(Plugin &plugin) { plugin.offer(NEB_SVC_HANDOVER, &table_); }

protected:
   ~Handover() = default;

   // Nothing that can fail may follow once it is decided that it succeeds: the descriptors are the host's then.
   // [main & running]
   virtual HandoverState give(uint64_t deadline_ns) = 0;
   // When it throws, the descriptors stay the host's.
   // [main & ready]
   virtual void take(HandoverState state) = 0;
   // [main & running]
   virtual void resume() = 0;

private:
   static Handover &of(const neb_handover *table) noexcept { return *static_cast<Handover *>(table->ctx); }

   static neb_status on_give(const neb_handover *table, uint64_t deadline_ns, neb_write_fn write,
                             neb_descriptor_fn descriptor, void *user, neb_error *err) noexcept {
      return guarded(err, [&] {
         const HandoverState state = of(table).give(deadline_ns);
         write(user, bytes(state.bytes));
         for (const int32_t one : state.descriptors) {
            descriptor(user, one);
         }
      });
   }

   static neb_status on_take(const neb_handover *table, neb_bytes state, const int32_t *descriptors, uint64_t count,
                             neb_error *err) noexcept {
      return guarded(err, [&] {
         of(table).take({std::string(view(state)), std::vector<int32_t>(descriptors, descriptors + count)});
      });
   }

   static void on_resume(const neb_handover *table) noexcept {
      (void)guarded(nullptr, [&] { of(table).resume(); });
   }

   neb_handover table_;
};

} // namespace nebula
