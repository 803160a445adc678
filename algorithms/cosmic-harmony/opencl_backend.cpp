#include "opencl_backend.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "algorithms.h"
#include "cosmic_harmony.h"

namespace nebula::cosmic_harmony {

/// cosmic_harmony.cl, put here by the build.
extern const std::string_view k_opencl_source;

namespace {

using namespace common::opencl;

/// How the kernel is built for a kind of device.
struct Form {
   unsigned block_bits; ///< nonces per item, as a power of two
   const char *options;
   std::uint32_t launch_first, launch_least;
   std::span<const std::size_t> local_sizes;
};

constexpr std::size_t k_vector_local[] = {1};
constexpr std::size_t k_scalar_local[] = {128, 64, 256, 32, 512};

/// Sixteen lanes, long loops and no grouping for processors, whose compilers do not vectorise across items.
constexpr Form k_vector = {12, "-cl-std=CL1.2 -DLANES=16 -DBLOCK_BITS=12", 1u << 20, 1u << 16, k_vector_local};
/// On a GPU an item is a thread: scalar, and short, so that small launches still fill the device.
constexpr Form k_scalar = {8, "-cl-std=CL1.2 -DLANES=1 -DBLOCK_BITS=8", 1u << 20, 1u << 16, k_scalar_local};

class CosmicHarmonyWork final : public Work {
public:
   CosmicHarmonyWork(Queue &queue, const Form &form, const Environment &env)
      : queue_(queue), form_(form),
        program_(queue, {.text = k_opencl_source, .options = form.options}, env.store.get(), env.note),
        kernel_(program_.kernel("scan")), local_max_(kernel_.local_max()) {}

   [[nodiscard]] common::JobRules rules() const override {
      return {.nonce_bytes = k_nonce_bytes, .nonce_appended = true, .input_max = k_message_bytes_max};
   }

   [[nodiscard]] std::uint32_t launch_max(const common::Job &job) const override {
      // Nonces that give half as many candidates as fit; at least one block, which cannot give more than fit.
      const std::uint64_t by_hits = (std::uint64_t{k_candidates_max} / 2 << 32) / (std::uint64_t{job.target[0]} + 1);
      return static_cast<std::uint32_t>(
         std::clamp<std::uint64_t>(by_hits, std::uint64_t{1} << form_.block_bits, std::uint64_t{1} << 31));
   }
   [[nodiscard]] std::uint32_t launch_first() const override { return form_.launch_first; }
   [[nodiscard]] std::uint32_t launch_least() const override { return form_.launch_least; }

   [[nodiscard]] std::vector<std::size_t> local_sizes() const override {
      std::vector<std::size_t> sizes;
      std::copy_if(form_.local_sizes.begin(), form_.local_sizes.end(), std::back_inserter(sizes),
                   [this](std::size_t size) { return size <= local_max_; });
      if (sizes.empty())
         sizes.push_back(1);
      return sizes;
   }
   [[nodiscard]] std::string_view tuning_key() const override { return program_.key(); }

   [[nodiscard]] Launched launch(const Launch &launch) override {
      const auto first = static_cast<std::uint32_t>(launch.first);
      const std::uint32_t last = first + (launch.count - 1);
      const std::uint32_t base = first & ~((1u << form_.block_bits) - 1);
      const std::uint32_t blocks = ((last - base) >> form_.block_bits) + 1;
      const State absorbed = absorb(launch.job.input);
      cl_uint8 state;
      std::copy(absorbed.begin(), absorbed.end(), state.s);

      kernel_.set_argument(0, state);
      kernel_.set_argument(1, base);
      kernel_.set_argument(2, blocks);
      kernel_.set_argument(3, first);
      kernel_.set_argument(4, last);
      kernel_.set_argument(5, launch.job.target[0]);
      kernel_.set_argument(6, k_candidates_max);
      kernel_.set_argument(7, launch.found);
      const std::size_t groups = (blocks + launch.local - 1) / launch.local;
      return {.first = queue_.launch(kernel_, groups * launch.local, launch.local, &launch.cleared), .last = {}};
   }

   [[nodiscard]] Verdict judge(const common::Job &job, std::uint64_t nonce,
                               std::span<std::uint8_t, 32> digest) override {
      const State words = permute(absorb(job.input), static_cast<std::uint32_t>(nonce));
      if (words[0] > job.target[0])
         return Verdict::wrong;
      if (words > job.target)
         return Verdict::miss;
      const Digest bytes = to_bytes(words);
      std::copy(bytes.begin(), bytes.end(), digest.begin());
      return Verdict::hit;
   }

private:
   Queue &queue_;
   const Form &form_;
   Program program_;
   Kernel kernel_;
   std::size_t local_max_;
};

[[nodiscard]] const Form &form_for(const Device &device, KernelForm wanted) {
   if (wanted == KernelForm::automatic)
      return device.cpu || device.vector_width > 4 ? k_vector : k_scalar;
   return wanted == KernelForm::vector ? k_vector : k_scalar;
}

} // namespace

BackendSpec opencl_backend_spec(const Device &device, KernelForm form) {
   const Form &chosen = form_for(device, form);
   return {.algorithm = k_algorithm_name,
           .batch_hint = device.cpu ? std::uint64_t{1} << 24 : std::uint64_t{1} << 28,
           .make = [&chosen](Queue &queue, const Environment &env, std::uint64_t) {
              return std::make_unique<CosmicHarmonyWork>(queue, chosen, env);
           }};
}

} // namespace nebula::cosmic_harmony
