#include "backends.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "common/memory.h"
#include "reference.h"

namespace nebula::test {

using namespace nebula::autolykos2;

namespace {

const Kernel *kernel_named(std::string_view name) {
   for (const Kernel *kernel : available_kernels())
      if (name == kernel->name)
         return kernel;
   return nullptr;
}

/// Elements of tiny tables by the plain reference, each computed once.
void remembered_elements(const std::uint32_t *index, std::uint32_t height, Number *out) noexcept {
   static std::map<std::uint32_t, std::vector<Number>> tables;
   std::vector<Number> &table = tables[height];
   while (table.size() <= *index)
      table.push_back(plain_element(static_cast<std::uint32_t>(table.size()), height));
   *out = table[*index];
}

#if defined(NEBULA_HAVE_OPENCL)
/// The largest buffer of the device that a name means.
std::uint64_t allocation_bytes_max(const std::string &name, TableSizeRule rule, const common::opencl::Device &device) {
   if (name == "opencl_2_parts")
      return Table::bytes_for((rule(6) + 1) / 2);
   if (name == "opencl_4_parts")
      return Table::bytes_for((rule(6) + 3) / 4);
   if (name == "opencl_1_or_2_parts")
      return Table::bytes_for(rule(3));
   if (name == "opencl_4_parts_or_none")
      return Table::bytes_for((rule(0) + 3) / 4);
   if (name == "opencl_no_room")
      return Table::bytes_for(rule(0) / 4);
   return device.allocation_bytes_max;
}

std::mutex g_buffers_guard;
std::vector<std::size_t> g_table_buffers;
decltype(&clCreateBuffer) g_create_buffer = nullptr;

cl_mem CL_API_CALL create_buffer_noted(cl_context context, cl_mem_flags flags, std::size_t bytes, void *from,
                                       cl_int *code) {
   constexpr std::size_t k_candidate_bytes = (1 + common::opencl::k_candidates_max) * sizeof(std::uint32_t);
   const std::lock_guard lock(g_buffers_guard);
   if (bytes != k_candidate_bytes)
      g_table_buffers.push_back(bytes);
   return g_create_buffer(context, flags, bytes, from, code);
}
#endif

} // namespace

BackendUnderTest::BackendUnderTest(const std::string &name, TableSizeRule rule) {
   if (name.starts_with("opencl")) {
      make_opencl(name, rule);
      return;
   }
   const Kernel *kernel = name == "table"         ? available_kernels().back()
                          : name == "table_plain" ? &k_plain_kernel
                                                  : kernel_named(name);
   if (!kernel)
      return;
   if (name.starts_with("table"))
      make_tables(*kernel, rule);
   cpu_ = std::make_unique<CpuBackend>(tables_ ? table_backend_spec(*kernel, *tables_, rule)
                                               : tableless_backend_spec(*kernel, rule));
   cpu_->provide(host_.host());
   table_ = cpu_->table();
}

void BackendUnderTest::make_opencl([[maybe_unused]] const std::string &name, [[maybe_unused]] TableSizeRule rule) {
#if defined(NEBULA_HAVE_OPENCL)
   auto devices = common::opencl::list_devices(common::opencl::Kinds::all, why_);
   if (devices.empty())
      return;
   common::opencl::Device &device = devices.front();
   device.allocation_bytes_max = allocation_bytes_max(name, rule, device);
   recording_ = *device.api;
   g_create_buffer = device.api->CreateBuffer;
   recording_.CreateBuffer = create_buffer_noted;
   device.api = &recording_;
   opencl_ = std::make_unique<common::opencl::OpenClBackend>(
      opencl_backend_spec(*available_kernels().back(), device, rule), device,
      common::opencl::Environment{
         .clock = Clock(host_.host()),
         .store = nullptr,
         .note = [](std::string_view) {}, // a refused height is one
         .lost = [](std::string_view text) { ADD_FAILURE() << "the device was lost: " << text; }});
   table_ = &opencl_->table();
#else
   why_ = "this build has no OpenCL";
#endif
}

std::vector<std::size_t> BackendUnderTest::take_table_buffers() {
#if defined(NEBULA_HAVE_OPENCL)
   const std::lock_guard lock(g_buffers_guard);
   return std::exchange(g_table_buffers, {});
#else
   return {};
#endif
}

void BackendUnderTest::make_tables(const Kernel &kernel, TableSizeRule rule) {
   tables_ = std::make_unique<Tables>(
      kernel, rule,
      Workers{.post = [](const std::function<void()> &task) { task(); }, // so a prepared table is there
              .count = 1,
              .progress = [](std::uint64_t, std::uint64_t) {},
              .failed = [](std::string_view why) { ADD_FAILURE() << why; },
              .available_bytes = [] { return std::uint64_t{1} << 40; }});
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

neb_status TestSession::prepare(std::uint64_t height) {
   const neb_pow_epoch epoch{{}, height};
   return table_.prepare(&table_, session_, &epoch, nullptr);
}

neb_status TestSession::submit(const TestJob &job) {
   if (job.prepare_ahead) {
      EXPECT_EQ(prepare(job.height), NEB_OK);
   }
   const neb_pow_epoch epoch{{}, job.height};
   neb_pow_job raw{};
   raw.size = sizeof raw;
   raw.nonce_offset = NEB_POW_NONCE_APPENDED;
   raw.ticket = job.ticket ? job.ticket : next_ticket_;
   raw.epoch = &epoch;
   raw.input = {job.message.data(), job.message.size()};
   raw.nonce_bytes = 8;
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

Digest plain_digest(const Bytes &message, std::uint64_t height, std::uint64_t nonce, TableSizeRule rule) {
   Kernel remembering = k_plain_kernel;
   remembering.elements = remembered_elements;
   std::array<std::uint8_t, k_input_bytes> input;
   std::copy(message.begin(), message.end(), input.begin());
   write_nonce(input.data() + k_message_bytes, k_nonce_bytes, nonce, NEB_POW_NONCE_BIG);
   return solve(input, static_cast<std::uint32_t>(height), rule(height), remembering).digest;
}

TestResult expected(const TestJob &job) {
   TestResult result;
   for (std::uint64_t i = 0; i < job.count; ++i) {
      const Digest digest = plain_digest(job.message, job.height, job.first + i, job.rule);
      if (meets_target(digest.data(), NEB_POW_ORDER_BIG, job.target.data())) {
         if (result.hits.size() == job.capacity)
            return result;
         neb_pow_hit hit{};
         hit.nonce = job.first + i;
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
