// A CPU backend of nebula.pow.backend/1 out of a scan function. It keeps the contract: jobs queue up to their depth,
// the work is done inside `wait` in slices of about half a millisecond (so that cancelling and time-outs are prompt),
// hits come out sorted, complete and exact, also when there are more than the capacity.
#pragma once

#include <nebula/clock.hpp>
#include <nebula/plugin.hpp>
#include <nebula/pow_session.hpp>

namespace nebula {

// Describes a backend; the comments of neb_pow_backend say what each value means.
struct CpuBackendSpec {
   const char *name = nullptr;       // "cosmic-harmony/avx2"
   const char *algorithm = nullptr;  // of nebula.pow.algorithm/1
   const char *properties = nullptr; // for selection, without algorithm=: "device=cpu,kind=simd,simd=avx2"
   const char *device = "CPU";
   uint32_t lanes = 0;      // 0: one session per core
   uint64_t batch_hint = 0; // nonces that take about 30 ms
   uint64_t width = 1;      // nonces the scanner takes at once; slices are multiples of it

   // A scanner for one session. Called from any thread.
   std::function<std::unique_ptr<Scanner>()> open;
};

// Owns the table of a service; keep it in the plugin object.
class CpuBackend {
public:
   explicit CpuBackend(CpuBackendSpec spec)
      : spec_(std::move(spec)),
        properties_(concat("algorithm=", property_value(spec_.algorithm), ",", spec_.properties)) {
      table_ = {sizeof(neb_pow_backend),
                0,
                this,
                spec_.name,
                spec_.algorithm,
                spec_.device,
                spec_.lanes,
                0,
                spec_.batch_hint,
                &on_open,
                &on_prepare,
                &on_submit,
                &on_wait,
                &on_cancel_below,
                &on_close,
                nullptr};
   }
   CpuBackend(const CpuBackend &) = delete;
   CpuBackend &operator=(const CpuBackend &) = delete;

   // Provides it as nebula.pow.backend/1 under its own name.
   // [main & in init]
   void provide(Host host) {
      bind(host);
      host.provide(NEB_SVC_POW_BACKEND, table_, spec_.name, properties_.c_str());
   }

   // Makes it ready without providing it: for a backend that is handed out otherwise, by a family with its member.
   // [thread-safe]
   void bind(Host host) { clock_.emplace(host); }

   const neb_pow_backend *table() const noexcept { return &table_; }

private:
   static const CpuBackend &of(const neb_pow_backend *table) noexcept {
      return *static_cast<const CpuBackend *>(table->ctx);
   }
   static PowSession &of(neb_pow_session *session) noexcept { return *reinterpret_cast<PowSession *>(session); }

   static neb_status on_open(const neb_pow_backend *table, const neb_pow_session_config *config, neb_pow_session **out,
                             neb_error *err) noexcept {
      const CpuBackend &self = of(table);
      return guarded(err, [&] {
         if (config == nullptr || config->depth_max == 0) {
            throw Error(NEB_E_INVALID, "depth_max is 0; it is at least 1");
         }
         auto session =
            std::make_unique<PowSession>(*self.clock_, self.spec_.open(), config->depth_max, self.spec_.width);
         *out = reinterpret_cast<neb_pow_session *>(session.release());
      });
   }

   static neb_status on_prepare(const neb_pow_backend *, neb_pow_session *session, const neb_pow_epoch *epoch,
                                neb_error *err) noexcept {
      return guarded(err, [&] { of(session).prepare(*epoch); });
   }

   static neb_status on_submit(const neb_pow_backend *, neb_pow_session *session, const neb_pow_job *job) noexcept {
      return guarded(nullptr, [&] { return of(session).submit(*job); });
   }

   static neb_status on_wait(const neb_pow_backend *, neb_pow_session *session, neb_pow_result *result,
                             uint64_t timeout_ns) noexcept {
      return guarded(nullptr, [&] { return of(session).wait(*result, timeout_ns); });
   }

   static void on_cancel_below(const neb_pow_backend *, neb_pow_session *session, uint64_t ticket) noexcept {
      of(session).cancel_below(ticket);
   }

   static void on_close(const neb_pow_backend *, neb_pow_session *session) noexcept { delete &of(session); }

   CpuBackendSpec spec_;
   std::string properties_;
   std::optional<Clock> clock_; // from provide or bind on, which is before any session
   neb_pow_backend table_{};
};

} // namespace nebula
