#include "opencl_backend.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "algorithm.h"
#include "common/opencl/slices.h"
#include "reference.h"
#include "scanner.h"

namespace nebula::autolykos2 {

/// autolykos2.cl, put here by the build.
extern const std::string_view k_opencl_source;

namespace {

using namespace common::opencl;

/// Elements of the first slices of a build: some milliseconds of a graphics card, tens of a processor.
constexpr std::uint32_t k_build_elements = 1u << 16;
constexpr std::size_t k_build_local = 64;

/// Buffers that a table may lie in. OpenCL 1.2 promises one of a quarter of the memory, so four reach all of it.
constexpr unsigned k_parts_max = 4;

constexpr std::size_t k_local_sizes[] = {64, 128, 256, 32};

[[nodiscard]] cl_ulong4 words(const std::uint8_t *bytes, std::size_t count) noexcept {
   cl_ulong4 out{};
   std::memcpy(out.s, bytes, count);
   return out;
}

[[nodiscard]] std::uint64_t top(const common::Job &job) noexcept {
   return std::uint64_t{job.target[0]} << 32 | job.target[1];
}

/// Bytes of each of so many buffers.
[[nodiscard]] std::uint64_t part_bytes(std::uint32_t size, unsigned parts) noexcept {
   return Table::bytes_for((size + parts - 1) / parts);
}

/// The fewest buffers that a table of `size` elements fits in. Throws NEB_E_NO_MEMORY when there would be too many.
[[nodiscard]] unsigned parts_for(std::uint32_t size, const Device &device) {
   for (unsigned parts = 1; parts <= k_parts_max; parts *= 2)
      if (part_bytes(size, parts) <= device.allocation_bytes_max)
         return parts;
   throw Error(NEB_E_NO_MEMORY, "the Autolykos table needs ", Table::bytes_for(size) >> 20, " MiB in at most ",
               k_parts_max, " buffers; ", device.name, " gives buffers of at most ", device.allocation_bytes_max >> 20,
               " MiB");
}

/// The kernels for a table in so many buffers.
struct Form {
   Form(const Queue &queue, Store *store, const Note &note, unsigned count)
      : parts(count),
        program(queue, {.text = k_opencl_source, .options = concat("-cl-std=CL1.2 -DPARTS=", count)}, store, note),
        build(program.kernel("build")), scan(program.kernel("scan")),
        build_local(std::min(k_build_local, build.local_max())), scan_local_max(scan.local_max()) {}

   unsigned parts;
   Program program;
   common::opencl::Kernel build, scan;
   std::size_t build_local, scan_local_max;
};

class AutolykosWork final : public Work {
public:
   AutolykosWork(Queue &queue, const Environment &env, const autolykos2::Kernel &judge, TableSizeRule rule)
      : queue_(queue), store_(env.store), note_(env.note), judge_(judge), rule_(rule) {
      take_form(parts_for(rule_(0), queue_.device()));
      tuning_key_ = form_->program.key();
   }

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
                   [most = form_->scan_local_max](std::size_t size) { return size <= most; });
      if (sizes.empty())
         sizes.push_back(form_->scan_local_max);
      return sizes;
   }
   [[nodiscard]] std::string_view tuning_key() const override { return tuning_key_; }

   [[nodiscard]] Launched launch(const Launch &launch) override;
   [[nodiscard]] Verdict judge(const common::Job &job, std::uint64_t nonce,
                               std::span<std::uint8_t, 32> digest) override;

private:
   void take_form(unsigned parts);
   void make_room(std::uint32_t size);
   [[nodiscard]] Event build(std::uint32_t height, std::uint64_t first, std::uint64_t count);

   Queue &queue_;
   std::shared_ptr<Store> store_;
   Note note_;
   const autolykos2::Kernel &judge_;
   TableSizeRule rule_;
   std::optional<Form> form_;  ///< there after the constructor
   std::string tuning_key_;    ///< of the first form: the others are as fast with the same work groups
   std::vector<Buffer> table_; ///< form_->parts
   std::uint32_t room_ = 0;    ///< elements that fit in table_
   std::uint32_t size_ = 0;
   std::optional<std::uint64_t> height_; ///< of the finished table
};

void AutolykosWork::take_form(unsigned parts) {
   if (form_ && form_->parts == parts)
      return;
   room_ = 0;
   table_.clear();
   form_.emplace(queue_, store_.get(), note_, parts);
}

void AutolykosWork::make_room(std::uint32_t size) {
   take_form(parts_for(size, queue_.device()));
   if (size <= room_)
      return;
   room_ = 0;
   table_.clear(); // first: there is seldom room for two
   for (unsigned part = 0; part < form_->parts; ++part) {
      table_.push_back(queue_.make_buffer(part_bytes(size, form_->parts)));
      form_->build.set_argument(3 + part, table_.back());
      form_->scan.set_argument(8 + part, table_.back());
   }
   room_ = size;
}

Event AutolykosWork::build(std::uint32_t height, std::uint64_t first, std::uint64_t count) {
   form_->build.set_argument(0, static_cast<std::uint32_t>(first));
   form_->build.set_argument(1, static_cast<std::uint32_t>(count));
   form_->build.set_argument(2, height);
   const std::size_t local = form_->build_local;
   return queue_.launch(form_->build, (count + local - 1) / local * local, local);
}

neb_status AutolykosWork::prepare(const neb_pow_epoch &epoch, const Cancelled &cancelled) {
   const std::uint32_t height = height_of(epoch);
   height_.reset();
   size_ = rule_(height);
   make_room(size_);
   const neb_status status =
      run_sliced(queue_,
                 {.total = size_,
                  .slice_first = k_build_elements,
                  .granule = form_->build_local,
                  .launch = [&](std::uint64_t first, std::uint64_t count) { return build(height, first, count); },
                  .progress = {}},
                 cancelled);
   if (status == NEB_OK)
      height_ = height;
   return status;
}

Launched AutolykosWork::launch(const Launch &launch) {
   common::opencl::Kernel &scan = form_->scan;
   const std::uint8_t *const message = launch.job.input.data();
   scan.set_argument(0, size_);
   scan.set_argument(1, words(message, k_message_bytes));
   scan.set_argument(2, words(message + 1, k_message_bytes - 1));
   scan.set_argument(3, launch.first);
   scan.set_argument(4, launch.count);
   scan.set_argument(5, top(launch.job));
   scan.set_argument(6, k_candidates_max);
   scan.set_argument(7, launch.found);
   const std::size_t local = std::min(launch.local, form_->scan_local_max); // it was chosen for the first form
   const std::size_t groups = (launch.count + local - 1) / local;
   return {.first = queue_.launch(scan, groups * local, local, &launch.cleared), .last = {}};
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
