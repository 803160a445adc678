#pragma once

/// A backend under examination, the reference it is compared with, and one session with it.

#include "host/pow/job_copy.h"
#include "host/pow/reference.h"
#include "host/slots/provided.h"
#include "host/util/result.h"
#include "host/validate/random.h"
#include "host/validate/subject.h"
#include "host/validate/verdict.h"

#include <nebula/svc/pow-backend.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace nebula::host::validation {

class BackendProbe {
public:
   BackendProbe(const Provided &service, const neb_pow_algorithm &algorithm, std::uint64_t seed);

   [[nodiscard]] const neb_pow_backend &backend() const noexcept { return backend_; }
   [[nodiscard]] const neb_pow_algorithm &algorithm() const noexcept { return reference_.algorithm(); }
   [[nodiscard]] Reference &reference() noexcept { return reference_; }

   /// Nonces the reference hashes in about a third of a second: 64 to 1,024, a multiple of 64.
   [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

   /// A job with random input of the length of the first vector's, in its epoch; tickets grow. One hash in 2^bits is a
   /// hit.
   [[nodiscard]] JobCopy job(std::uint64_t first, std::uint64_t count, unsigned bits);
   /// A job without any hit that takes for ever.
   [[nodiscard]] JobCopy endless_job();

   /// What the reference finds.
   [[nodiscard]] std::vector<neb_pow_hit> expected(const JobCopy &job, std::uint64_t count);

private:
   const neb_pow_backend &backend_;
   Reference reference_;
   Random random_;
   std::uint64_t count_;
   std::uint64_t ticket_ = 0;
};

/// What `wait` said.
struct Waited {
   neb_status status = NEB_OK; // of the call; the rest only counts when it is NEB_OK
   neb_pow_result result{};
   std::vector<neb_pow_hit> hits;
};

/// Closed at the end of its scope.
class SessionProbe {
public:
   [[nodiscard]] static Result<SessionProbe> open(const neb_pow_backend &backend, std::uint32_t depth_max);
   SessionProbe(SessionProbe &&other) noexcept;
   SessionProbe &operator=(SessionProbe &&) = delete;
   ~SessionProbe();

   [[nodiscard]] neb_status submit(const JobCopy &job);
   /// The same, but the memory the backend was given has other content when it returns.
   [[nodiscard]] neb_status submit_and_overwrite(JobCopy job);
   [[nodiscard]] Waited wait(std::uint64_t timeout_ns);
   void cancel_below(std::uint64_t ticket) { backend_->cancel_below(backend_, session_, ticket); }
   /// submit, and wait until it is done.
   [[nodiscard]] Waited run(const JobCopy &job);

   [[nodiscard]] neb_pow_session *raw() const noexcept { return session_; }

private:
   SessionProbe(const neb_pow_backend *backend, neb_pow_session *session) : backend_(backend), session_(session) {}

   const neb_pow_backend *backend_;
   neb_pow_session *session_;
};

/// Calls `body` for each backend the file provides, its instance being ready. Skipped when it provides none, or when
/// nobody provides its algorithm.
[[nodiscard]] Verdict with_backend(Subject &subject, const std::function<Verdict(BackendProbe &)> &body);

/// The same without an algorithm.
[[nodiscard]] Verdict with_backend_service(Subject &subject, const std::function<Verdict(const Provided &)> &body);

} // namespace nebula::host::validation
