#pragma once

/// Every backend of cosmic-harmony that this machine has, and a session of it as a test drives it.

#include <nebula/pow.hpp>
#include <nebula/svc/pow-backend.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "cpu_backend.h"
#include "fake_host.h"
#include "vectors.h"
#if defined(NEBULA_HAVE_OPENCL)
#include "opencl_backend.h"
#endif

namespace nebula::test {

/// Owns one backend by its name: "scalar", "avx2", "avx512", "opencl" (the first device, in the form for it) or
/// "opencl_scalar" (the same device, in the form for GPUs). table() is null when this machine has none of that name;
/// why() then says so.
class BackendUnderTest {
public:
   explicit BackendUnderTest(const std::string &name);
   [[nodiscard]] const neb_pow_backend *table() const { return table_; }
   [[nodiscard]] const std::string &why() const { return why_; }

private:
   FakeHost host_;
   std::unique_ptr<CpuBackend> cpu_;
#if defined(NEBULA_HAVE_OPENCL)
   std::unique_ptr<common::opencl::OpenClBackend> opencl_;
#endif
   const neb_pow_backend *table_ = nullptr;
   std::string why_ = "this processor cannot run it";
};

/// A target whose first word is `word0` and whose other bits are all set.
[[nodiscard]] Number256 target_of(std::uint32_t word0);

/// A job as a test writes it down.
struct TestJob {
   Bytes message = Bytes(32, 0x11);
   std::uint64_t first = 0;
   std::uint64_t count = 1;
   Number256 target = target_of(0);
   std::uint32_t capacity = NEB_POW_HITS_MAX;
   std::uint64_t ticket = 0; ///< 0: the session's next
};

struct TestResult {
   neb_status waited = NEB_OK; ///< what `wait` returned; the rest only means something when that is NEB_OK
   neb_status status = NEB_OK;
   std::uint64_t ticket = 0;
   std::uint64_t hashes_done = 0;
   std::vector<neb_pow_hit> hits;
};

/// An open session; closed with the object.
class TestSession {
public:
   explicit TestSession(const neb_pow_backend &table, std::uint32_t depth = 4);
   ~TestSession();
   TestSession(const TestSession &) = delete;
   TestSession &operator=(const TestSession &) = delete;

   neb_status submit(const TestJob &job);
   /// For malformed jobs: sends it as it is.
   neb_status submit_raw(const neb_pow_job &job) { return table_.submit(&table_, session_, &job); }
   TestResult wait(std::uint64_t timeout_ns = UINT64_MAX);
   TestResult run(const TestJob &job);
   void cancel_below(std::uint64_t ticket) { table_.cancel_below(&table_, session_, ticket); }

private:
   const neb_pow_backend &table_;
   neb_pow_session *session_ = nullptr;
   std::uint64_t next_ticket_ = 1;
};

/// What the reference says a job's result must be.
[[nodiscard]] TestResult expected(const TestJob &job);

/// Reports, as a test failure, how `got` differs from what the reference says of `job`.
void expect_exact(const TestJob &job, const TestResult &got);

} // namespace nebula::test
