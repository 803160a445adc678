#include "backends.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>

#include "cosmic_harmony.h"

namespace nebula::test {

using namespace nebula::cosmic_harmony;

BackendUnderTest::BackendUnderTest(const std::string &name) {
   if (name.starts_with("opencl")) {
#if defined(NEBULA_HAVE_OPENCL)
      auto devices = common::opencl::list_devices(common::opencl::Kinds::all, why_);
      if (!devices.empty()) {
         // The scalar form is the one for GPUs; any device runs it.
         const KernelForm form = name == "opencl_scalar" ? KernelForm::scalar : KernelForm::automatic;
         const common::opencl::Device &device = devices.front();
         opencl_ = std::make_unique<common::opencl::OpenClBackend>(
            opencl_backend_spec(device, form), device,
            common::opencl::Environment{
               .clock = Clock(host_.host()),
               .store = nullptr,
               .note = [](std::string_view text) { ADD_FAILURE() << text; },
               .lost = [](std::string_view text) { ADD_FAILURE() << "the device was lost: " << text; }});
         table_ = &opencl_->table();
      }
#else
      why_ = "this build has no OpenCL";
#endif
      return;
   }
   for (const Kernel &kernel : available_kernels())
      if (name == kernel.name) {
         cpu_ = std::make_unique<CpuBackend>(cpu_backend_spec(kernel));
         cpu_->provide(host_.host());
         table_ = cpu_->table();
      }
}

Number256 target_of(std::uint32_t word0) {
   Number256 target;
   target.fill(0xFF);
   for (unsigned i = 0; i < 4; ++i)
      target[i] = static_cast<std::uint8_t>(word0 >> (24 - 8 * i));
   return target;
}

TestSession::TestSession(const neb_pow_backend &table, std::uint32_t depth) : table_(table) {
   const neb_pow_session_config config = {sizeof config, depth, 0};
   neb_error err{sizeof err, NEB_OK, {}};
   if (table_.open(&table_, &config, &session_, &err) != NEB_OK)
      throw std::runtime_error(err.text);
}

TestSession::~TestSession() {
   table_.close(&table_, session_);
}

neb_status TestSession::submit(const TestJob &job) {
   const neb_pow_epoch epoch{};
   neb_pow_job raw{};
   raw.size = sizeof raw;
   raw.nonce_offset = NEB_POW_NONCE_APPENDED;
   raw.ticket = job.ticket ? job.ticket : next_ticket_;
   raw.epoch = &epoch;
   raw.input = {job.message.data(), job.message.size()};
   raw.nonce_bytes = 4;
   raw.hit_capacity = job.capacity;
   raw.nonce_first = job.first;
   raw.nonce_count = job.count;
   std::copy(job.target.begin(), job.target.end(), raw.target);
   const neb_status status = submit_raw(raw);
   if (status == NEB_OK)
      next_ticket_ = raw.ticket + 1;
   return status;
}

TestResult TestSession::wait(std::uint64_t timeout_ns) {
   std::vector<neb_pow_hit> hits(NEB_POW_HITS_MAX);
   neb_pow_result raw{};
   raw.size = sizeof raw;
   raw.hits = hits.data();
   raw.hit_capacity = NEB_POW_HITS_MAX;
   TestResult result;
   result.waited = table_.wait(&table_, session_, &raw, timeout_ns);
   if (result.waited != NEB_OK)
      return result;
   result.status = raw.status;
   result.ticket = raw.ticket;
   result.hashes_done = raw.hashes_done;
   result.hits.assign(hits.begin(), hits.begin() + raw.hit_count);
   return result;
}

TestResult TestSession::run(const TestJob &job) {
   EXPECT_EQ(submit(job), NEB_OK);
   return wait();
}

TestResult expected(const TestJob &job) {
   TestResult result;
   for (std::uint64_t i = 0; i < job.count; ++i) {
      const auto nonce = static_cast<std::uint32_t>(job.first + i);
      const Digest digest = hash(job.message, nonce);
      if (meets_target(digest.data(), NEB_POW_ORDER_WORDS32, job.target.data())) {
         if (result.hits.size() == job.capacity)
            return result;
         neb_pow_hit hit{};
         hit.nonce = nonce;
         std::copy(digest.begin(), digest.end(), hit.digest);
         result.hits.push_back(hit);
      }
      ++result.hashes_done;
   }
   return result;
}

void expect_exact(const TestJob &job, const TestResult &got) {
   const TestResult want = expected(job);
   ASSERT_EQ(got.waited, NEB_OK);
   EXPECT_EQ(got.status, NEB_OK);
   EXPECT_EQ(got.hashes_done, want.hashes_done);
   ASSERT_EQ(got.hits.size(), want.hits.size());
   for (std::size_t i = 0; i < want.hits.size(); ++i)
      ASSERT_EQ(std::memcmp(&got.hits[i], &want.hits[i], sizeof(neb_pow_hit)), 0)
         << "hit " << i << ": nonce " << got.hits[i].nonce << ", expected " << want.hits[i].nonce;
}

} // namespace nebula::test
