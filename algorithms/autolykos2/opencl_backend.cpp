#include "opencl_backend.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <thread>

#include "algorithm.h"
#include "reference.h"
#include "scanner.h"

namespace nebula::autolykos2 {

/// autolykos2.cl, put here by the build.
extern const std::string_view k_opencl_source;

namespace {

using namespace common::opencl;

/// Elements that one launch builds: some milliseconds of a graphics card, tens of a processor.
constexpr std::uint32_t k_build_elements = 1u << 16;
constexpr std::size_t k_build_local = 64;

constexpr std::size_t k_local_sizes[] = {64, 128, 256, 32};

[[nodiscard]] cl_ulong4 words(const std::uint8_t *bytes, std::size_t count) noexcept {
   cl_ulong4 out{};
   std::memcpy(out.s, bytes, count);
   return out;
}

[[nodiscard]] std::uint64_t top(const common::Job &job) noexcept {
   return std::uint64_t{job.target[0]} << 32 | job.target[1];
}

class AutolykosWork final : public Work {
public:
   AutolykosWork(Queue &queue, const Environment &env, const autolykos2::Kernel &judge, TableSizeRule rule)
      : queue_(queue), judge_(judge), rule_(rule),
        program_(queue, {.text = k_opencl_source, .options = "-cl-std=CL1.2"}, env.store.get(), env.note),
        build_(program_.kernel("build")), scan_(program_.kernel("scan")) {}

   [[nodiscard]] common::JobRules rules() const override {
      return {.nonce_bytes = k_nonce_bytes,
              .nonce_appended = true,
              .input_max = k_message_bytes,
              .input_min = k_message_bytes};
   }

   [[nodiscard]] bool is_ready(const neb_pow_epoch &epoch) const override { return height_ == epoch.height; }
   [[nodiscard]] neb_status prepare(const neb_pow_epoch &epoch, const Cancelled &cancelled) override;

   [[nodiscard]] std::uint32_t launch_max(const common::Job &job) const override {
      const std::uint64_t by_hits = (std::uint64_t{k_candidates_max} / 2 << 32) / (std::uint64_t{job.target[0]} + 1);
      return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(by_hits, 1, std::uint64_t{1} << 31));
   }
   [[nodiscard]] std::uint32_t launch_first() const override { return 1u << 14; }
   [[nodiscard]] std::uint32_t launch_least() const override { return 1u << 10; }

   [[nodiscard]] std::vector<std::size_t> local_sizes() const override {
      std::vector<std::size_t> sizes;
      std::copy_if(std::begin(k_local_sizes), std::end(k_local_sizes), std::back_inserter(sizes),
                   [most = scan_.local_max()](std::size_t size) { return size <= most; });
      if (sizes.empty())
         sizes.push_back(1);
      return sizes;
   }
   [[nodiscard]] std::string_view tuning_key() const override { return program_.key(); }

   [[nodiscard]] Launched launch(const Launch &launch) override;
   [[nodiscard]] Verdict judge(const common::Job &job, std::uint64_t nonce,
                               std::span<std::uint8_t, 32> digest) override;

private:
   void make_room(std::uint32_t size);

   Queue &queue_;
   const autolykos2::Kernel &judge_;
   TableSizeRule rule_;
   Program program_;
   common::opencl::Kernel build_, scan_;
   Buffer table_;
   std::uint32_t room_ = 0; ///< elements that fit in table_
   std::uint32_t size_ = 0;
   std::optional<std::uint64_t> height_; ///< of the finished table
};

void AutolykosWork::make_room(std::uint32_t size) {
   if (size <= room_)
      return;
   const std::uint64_t bytes = Table::bytes_for(size);
   if (bytes > queue_.device().allocation_bytes_max)
      throw Error(NEB_E_NO_MEMORY, "the Autolykos table needs one buffer of ", bytes >> 20, " MiB; ",
                  queue_.device().name, " gives at most ", queue_.device().allocation_bytes_max >> 20);
   room_ = 0;
   table_ = {}; // first: there is seldom room for two
   table_ = queue_.make_buffer(bytes);
   room_ = size;
}

neb_status AutolykosWork::prepare(const neb_pow_epoch &epoch, const Cancelled &cancelled) {
   const std::uint32_t height = height_of(epoch);
   height_.reset();
   size_ = rule_(height);
   make_room(size_);
   const std::size_t local = std::min(k_build_local, build_.local_max());
   for (std::uint32_t first = 0; first < size_;) {
      const std::uint32_t count = std::min(k_build_elements, size_ - first);
      build_.set_argument(0, table_);
      build_.set_argument(1, first);
      build_.set_argument(2, count);
      build_.set_argument(3, height);
      const Event built = queue_.launch(build_, (count + local - 1) / local * local, local);
      queue_.flush();
      while (!queue_.done(built))
         std::this_thread::sleep_for(std::chrono::microseconds(50));
      if (cancelled())
         return NEB_E_CANCELLED;
      first += count;
   }
   height_ = height;
   return NEB_OK;
}

Launched AutolykosWork::launch(const Launch &launch) {
   const std::uint8_t *const message = launch.job.input.data();
   scan_.set_argument(0, table_);
   scan_.set_argument(1, size_);
   scan_.set_argument(2, words(message, k_message_bytes));
   scan_.set_argument(3, words(message + 1, k_message_bytes - 1));
   scan_.set_argument(4, launch.first);
   scan_.set_argument(5, launch.count);
   scan_.set_argument(6, top(launch.job));
   scan_.set_argument(7, k_candidates_max);
   scan_.set_argument(8, launch.found);
   const std::size_t groups = (launch.count + launch.local - 1) / launch.local;
   return {.first = queue_.launch(scan_, groups * launch.local, launch.local, &launch.cleared), .last = {}};
}

Verdict AutolykosWork::judge(const common::Job &job, std::uint64_t nonce, std::span<std::uint8_t, 32> digest) {
   std::array<std::uint8_t, k_input_bytes> input;
   std::copy_n(job.input.begin(), k_message_bytes, input.begin());
   write_nonce(input.data() + k_message_bytes, k_nonce_bytes, nonce, NEB_POW_NONCE_BIG);
   const std::uint32_t height = height_of(job.epoch());
   const Digest hit = solve(input, height, rule_(height), judge_).digest;
   const common::Words256 number = common::words_of_big(hit.data());
   if ((std::uint64_t{number[0]} << 32 | number[1]) > top(job))
      return Verdict::wrong;
   if (number > job.target)
      return Verdict::miss;
   std::copy(hit.begin(), hit.end(), digest.begin());
   return Verdict::hit;
}

} // namespace

BackendSpec opencl_backend_spec(const autolykos2::Kernel &kernel, const Device &device, TableSizeRule rule) {
   return {.algorithm = k_algorithm_name,
           .batch_hint = device.cpu ? std::uint64_t{1} << 14 : std::uint64_t{1} << 21,
           .make = [&kernel, rule](Queue &queue, const Environment &env, std::uint64_t) {
              return std::make_unique<AutolykosWork>(queue, env, kernel, rule);
           }};
}

} // namespace nebula::autolykos2
