#include "common/pow_backend.h"

#include <nebula/error.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace nebula::common {
namespace {

[[nodiscard]] Session *session_of(neb_pow_session *handle) noexcept {
   return reinterpret_cast<Session *>(handle);
}

neb_status open_thunk(const neb_pow_backend *self, const neb_pow_session_config *config, neb_pow_session **out,
                      neb_error *err) noexcept {
   return guarded(err, [&]() -> neb_status {
      if (!out || !config || !NEB_HAS(config, neb_pow_session_config, depth_max) || config->depth_max == 0)
         return fail(err, NEB_E_INVALID, "a session needs a place to go and a configuration with depth_max >= 1");
      neb_pow_session_config known{};
      known.size = sizeof known;
      known.depth_max = std::min(config->depth_max, k_session_depth_max);
      known.memory_max = NEB_HAS(config, neb_pow_session_config, memory_max) ? config->memory_max : 0;
      neb_error reason{.size = sizeof reason, .code = NEB_E_FAIL, .text = "the session could not be opened"};
      std::unique_ptr<Session> session = static_cast<const Backend *>(self->ctx)->open(known, &reason);
      if (!session)
         return fail(err, reason.code, reason.text);
      *out = reinterpret_cast<neb_pow_session *>(session.release());
      return NEB_OK;
   });
}

neb_status prepare_thunk(const neb_pow_backend *, neb_pow_session *session, const neb_pow_epoch *epoch,
                         neb_error *err) noexcept {
   return guarded(err, [&] {
      const neb_pow_epoch none{};
      return session_of(session)->prepare(epoch ? *epoch : none, err);
   });
}

neb_status submit_thunk(const neb_pow_backend *, neb_pow_session *session, const neb_pow_job *job) noexcept {
   return guarded(nullptr, [&]() -> neb_status { return job ? session_of(session)->submit(*job) : NEB_E_INVALID; });
}

neb_status wait_thunk(const neb_pow_backend *, neb_pow_session *session, neb_pow_result *result,
                      uint64_t timeout_ns) noexcept {
   return guarded(nullptr, [&]() -> neb_status {
      if (!result || !NEB_HAS(result, neb_pow_result, hit_count) || (!result->hits && result->hit_capacity != 0))
         return NEB_E_INVALID;
      return session_of(session)->wait(*result, timeout_ns);
   });
}

void cancel_thunk(const neb_pow_backend *, neb_pow_session *session, uint64_t ticket) noexcept {
   session_of(session)->cancel_below(ticket);
}

void close_thunk(const neb_pow_backend *, neb_pow_session *session) noexcept {
   delete session_of(session);
}

neb_status telemetry_thunk(const neb_pow_backend *self, neb_pow_telemetry *out) noexcept {
   return guarded(nullptr, [&]() -> neb_status {
      if (!out || !NEB_HAS(out, neb_pow_telemetry, memory_used))
         return NEB_E_INVALID;
      neb_pow_telemetry now{};
      now.size = sizeof now;
      const neb_status status = static_cast<const Backend *>(self->ctx)->telemetry(now);
      if (status != NEB_OK)
         return status;
      now.size = out->size; // a later, larger record keeps what is behind
      std::memcpy(out, &now, sizeof now);
      return NEB_OK;
   });
}

} // namespace

Backend::Backend(BackendInfo info) : info_(std::move(info)), table_{} {
   table_.size = sizeof table_;
   table_.ctx = this;
   table_.name = info_.name.c_str();
   table_.algorithm = info_.algorithm.c_str();
   table_.device = info_.device.c_str();
   table_.lanes = info_.lanes;
   table_.batch_hint = info_.batch_hint;
   table_.open = open_thunk;
   table_.prepare = prepare_thunk;
   table_.submit = submit_thunk;
   table_.wait = wait_thunk;
   table_.cancel_below = cancel_thunk;
   table_.close = close_thunk;
   table_.telemetry = telemetry_thunk;
}

} // namespace nebula::common
