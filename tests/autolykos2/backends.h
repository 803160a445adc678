#pragma once

/// Every backend of autolykos2 that this machine has, on a tiny table, and a session of it as a test drives it.

#include <nebula/pow.hpp>
#include <nebula/svc/pow-backend.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "algorithm.h"
#include "cosmic_harmony/fake_host.h"
#include "vectors.h"
#if defined(NEBULA_HAVE_OPENCL)
#include "opencl_backend.h"
#endif

namespace nebula::test {

using autolykos2::tiny_table_size;

/// Owns one backend by its name: "avx2", "avx512", "table" (with the best kernel), "table_plain" or "opencl" (the first
/// device). The same device, when it gives no buffer for a whole table: "opencl_2_parts", "opencl_4_parts",
/// "opencl_1_or_2_parts" (as the height wants), "opencl_4_parts_or_none" (likewise) and "opencl_no_room". table() is
/// null when this machine has none of that name; why() then says so.
class BackendUnderTest {
public:
   /// `rule` is periodic: smallest at heights 0, 7, 14, ... and largest at 6, 13, ... The tables in parts rely on that.
   explicit BackendUnderTest(const std::string &name, autolykos2::TableSizeRule rule = tiny_table_size);
   [[nodiscard]] const neb_pow_backend *table() const { return table_; }
   [[nodiscard]] const std::string &why() const { return why_; }
   /// Takes the sizes of the buffers that tables were put into on the OpenCL device, in their order.
   [[nodiscard]] static std::vector<std::size_t> take_table_buffers();

private:
   void make_opencl(const std::string &name, autolykos2::TableSizeRule rule);
   void make_tables(const autolykos2::Kernel &kernel, autolykos2::TableSizeRule rule);

   FakeHost host_;
   std::unique_ptr<autolykos2::Tables> tables_;
   std::unique_ptr<CpuBackend> cpu_;
#if defined(NEBULA_HAVE_OPENCL)
   common::opencl::Api recording_{}; ///< the driver's, but it notes the buffers down
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
   std::uint64_t height = 700;
   std::uint64_t first = 0;
   std::uint64_t count = 1;
   Number256 target = target_of(0xFFFFFFFF);
   std::uint32_t capacity = NEB_POW_HITS_MAX;
   std::uint64_t ticket = 0;                         ///< 0: the session's next
   bool prepare_ahead = true;                        ///< asks for the height before, as a miner does
   autolykos2::TableSizeRule rule = tiny_table_size; ///< the backend's
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

   neb_status prepare(std::uint64_t height);
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

/// The digest that the plain reference gives.
[[nodiscard]] autolykos2::Digest plain_digest(const Bytes &message, std::uint64_t height, std::uint64_t nonce,
                                              autolykos2::TableSizeRule rule = tiny_table_size);

/// What the reference says a job's result must be.
[[nodiscard]] TestResult expected(const TestJob &job);

/// Reports, as a test failure, how `got` differs from what the reference says of `job`.
void expect_exact(const TestJob &job, const TestResult &got);

} // namespace nebula::test
