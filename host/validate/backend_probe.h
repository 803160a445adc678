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

/// A backend that the file provides as a service, or that a member of its family has.
struct ExaminedBackend {
   Provided service;                             // its table is the completed copy
   const void *given = nullptr;                  // the table as the plugin gave it
   const neb_pow_algorithm *algorithm = nullptr; // the member's; otherwise it is found by its name
   std::size_t siblings = 0;                     // backends of the member
};

class BackendProbe {
public:
   /// `siblings`: backends of the same algorithm, which share the time of a check.
   BackendProbe(const Provided &service, const neb_pow_algorithm &algorithm, std::uint64_t seed, std::size_t siblings);

   [[nodiscard]] const neb_pow_backend &backend() const noexcept { return backend_; }
   [[nodiscard]] const neb_pow_algorithm &algorithm() const noexcept { return reference_.algorithm(); }
   [[nodiscard]] Reference &reference() noexcept { return reference_; }

   /// How many nonces the jobs of a check have in all: `wanted`, fewer when the hash is slow, at least 8.
   [[nodiscard]] std::uint64_t nonces(std::uint64_t wanted);
   /// The same for the jobs of fuzz steps, by what the backend says of itself: a step must be the same on any machine.
   [[nodiscard]] std::uint64_t fuzz_nonces(std::uint64_t wanted);
   /// Why there were fewer than wanted; empty: there were not.
   [[nodiscard]] const std::string &reduced() const noexcept { return reduced_; }

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
   std::uint64_t nonce_ns_ = 1; // one nonce, by the backend and by the reference
   std::uint64_t check_ns_;     // for one check
   std::uint64_t ticket_ = 0;
   std::string reduced_;
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

/// Calls `body` for each backend the file provides or a member of its families has, its instance being ready. Skipped
/// when there is none, or when nobody provides its algorithm.
[[nodiscard]] Verdict with_backend(Subject &subject, const std::function<Verdict(BackendProbe &)> &body);

/// The same without an algorithm.
[[nodiscard]] Verdict with_any_backend(Subject &subject, const std::function<Verdict(const ExaminedBackend &)> &body);

} // namespace nebula::host::validation
