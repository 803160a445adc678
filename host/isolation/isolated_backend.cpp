#include "host/isolation/isolated_backend.h"

#include "host/isolation/session.h"
#include "host/slots/c_error.h"
#include "host/util/clock.h"

#include <algorithm>
#include <cstring>

namespace nebula::host {
namespace {

IsolatedSession &of(neb_pow_session *session) {
   return *reinterpret_cast<IsolatedSession *>(session);
}

} // namespace

IsolatedBackend::IsolatedBackend(Keeper &keeper, DescribedBackend described, const std::string &suffix, bool epochs)
   : keeper_(keeper), described_(std::move(described)), name_(described_.name + suffix),
     service_(described_.service + suffix),
     properties_(described_.properties + (described_.properties.empty() ? "" : ",") + "isolation=process"),
     epochs_(epochs) {
   table_.size = sizeof table_;
   table_.ctx = this;
   table_.name = name_.c_str();
   table_.algorithm = described_.algorithm.c_str();
   table_.device = described_.device.c_str();
   table_.lanes = described_.lanes;
   table_.batch_hint = described_.batch_hint;
   table_.open = [](const neb_pow_backend *self, const neb_pow_session_config *config, neb_pow_session **out,
                    neb_error *err) -> neb_status {
      return guarded(err, [&] { return of(self).open(*config, out, err); });
   };
   table_.prepare = [](const neb_pow_backend *, neb_pow_session *session, const neb_pow_epoch *epoch,
                       neb_error *err) -> neb_status {
      return guarded(err, [&] { return host::of(session).prepare(*epoch, err); });
   };
   table_.submit = [](const neb_pow_backend *, neb_pow_session *session, const neb_pow_job *job) -> neb_status {
      return guarded(nullptr, [&] { return host::of(session).submit(*job); });
   };
   table_.wait = [](const neb_pow_backend *, neb_pow_session *session, neb_pow_result *result,
                    std::uint64_t timeout_ns) -> neb_status {
      return guarded(nullptr, [&] { return host::of(session).wait(*result, timeout_ns); });
   };
   table_.cancel_below = [](const neb_pow_backend *, neb_pow_session *session, std::uint64_t ticket) {
      host::of(session).cancel_below(ticket);
   };
   table_.close = [](const neb_pow_backend *, neb_pow_session *session) { delete &host::of(session); };
   table_.telemetry = [](const neb_pow_backend *self, neb_pow_telemetry *out) -> neb_status {
      return guarded(nullptr, [&] { return of(self).telemetry(*out); });
   };
}

neb_status IsolatedBackend::open(const neb_pow_session_config &config, neb_pow_session **out, neb_error *err) {
   if (config.depth_max == 0 || config.depth_max > k_ring_depth_max)
      return fail(err, NEB_E_INVALID, "a session has a depth of 1 to 64");
   auto runner = keeper_.runner();
   if (!runner || runner->dead())
      return fail(err, NEB_E_DEVICE, "its runner is down");
   Open what;
   what.algorithm = described_.algorithm;
   what.backend = described_.name;
   what.depth = config.depth_max;
   what.memory_max = config.memory_max;
   auto session = IsolatedSession::open(std::move(runner), what, patience_, epochs_);
   if (!session)
      return fail(err, NEB_E_DEVICE, session.error().message);
   *out = reinterpret_cast<neb_pow_session *>(session->release());
   return NEB_OK;
}

neb_status IsolatedBackend::telemetry(neb_pow_telemetry &out) {
   const auto runner = keeper_.runner();
   if (!runner)
      return NEB_E_DEVICE;
   const auto deadline = RealClock().monotonic_ns() + k_telemetry_ns;
   const Answer answer =
      runner->ask(MessageKind::telemetry, to_payload(BackendName{described_.name, described_.algorithm}), -1, deadline);
   if (answer.status != NEB_OK)
      return answer.status;
   const std::uint32_t size = std::min<std::uint32_t>(out.size, sizeof out);
   std::memcpy(&out, &answer.telemetry, size);
   out.size = size;
   return NEB_OK;
}

} // namespace nebula::host
