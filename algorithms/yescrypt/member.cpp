#include "member.h"

#include <algorithm>
#include <span>

#include "answers.h"
#include "pages.h"
#include "reference.h"
#include "scanner.h"

namespace nebula::yescrypt {
namespace {

/// The most scratch memory that an algorithm may ask for. Members that need more allocate it in each call.
constexpr std::size_t k_scratch_max = std::size_t{64} << 20;

/// About 30 ms, at some 45 million blocks mixed per second.
[[nodiscard]] std::uint64_t batch_hint(const Parameters &parameters) noexcept {
   const std::uint64_t blocks = std::uint64_t{parameters.n} * parameters.r * 8 / 3;
   return std::max<std::uint64_t>(ways_of(parameters), 45'000'000 * 30 / 1000 / blocks & ~std::uint64_t{1});
}

[[nodiscard]] std::string hex(std::span<const std::uint8_t> bytes) {
   std::string out;
   for (const std::uint8_t byte : bytes) {
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
   }
   return out;
}

} // namespace

Member::Member(const Shared &shared, std::string name, std::string text, Parameters parameters)
   : shared_(shared), name_(std::move(name)), text_(std::move(text)), parameters_(std::move(parameters)),
     algorithm_(algorithm_spec()) {
   for (const Kernel &kernel : shared_.kernels) {
      const std::string &backend_name = backend_names_.emplace_back(concat(name_, "/", kernel.name));
      const CpuBackend &backend = backends_.emplace_back(backend_spec(kernel, backend_name));
      handed_out_.push_back({backend.table(), kernel.properties});
   }
   table_.size = sizeof table_;
   table_.algorithm = algorithm_.table();
   table_.backend_count = static_cast<std::uint32_t>(handed_out_.size());
   table_.backends = handed_out_.data();
}

void Member::provide(Host host) {
   algorithm_.provide(host);
   for (CpuBackend &backend : backends_)
      backend.provide(host);
}

void Member::bind(Host host) {
   for (CpuBackend &backend : backends_)
      backend.bind(host);
}

AlgorithmSpec Member::algorithm_spec() {
   const std::size_t memory = reference_memory_bytes(parameters_);
   AlgorithmSpec spec;
   spec.name = name_.c_str();
   spec.text = text_.c_str();
   spec.status = NEB_POW_SUPPORTED;
   spec.digest_order = NEB_POW_ORDER_LITTLE;
   spec.nonce_bytes = k_nonce_bytes;
   spec.nonce_offset = k_nonce_offset;
   spec.scratch_bytes = memory <= k_scratch_max ? memory : 0;
   spec.input_bytes_min = 1;
   spec.input_bytes_max = k_input_bytes_max;
   spec.hash = [this](const HashCall &call) { hash(call); };
   spec.vectors = known_answers(parameters_);
   if (spec.vectors.empty()) {
      // Nobody published one: this one comes from the reference itself. It tells whether backends agree with it, and
      // whether it still computes what it did when the member was made; the functions it is made of have known answers.
      const CountingInput input = counting_input();
      const Pages pages(memory);
      made_input_ = hex(input);
      made_digest_ = hex(reference_hash(parameters_, input, pages.data()));
      spec.vectors.push_back({made_input_, made_digest_});
   }
   return spec;
}

CpuBackendSpec Member::backend_spec(const Kernel &kernel, const std::string &backend_name) {
   CpuBackendSpec spec;
   spec.name = backend_name.c_str();
   spec.algorithm = name_.c_str();
   spec.properties = kernel.properties;
   spec.batch_hint = batch_hint(parameters_);
   spec.width = ways_of(parameters_);
   spec.open = [this, kernel] {
      auto scanner = std::make_unique<YescryptScanner>(kernel, parameters_);
      if (!scanner->large_pages())
         shared_.on_small_pages();
      return scanner;
   };
   return spec;
}

void Member::hash(const HashCall &call) const {
   const std::span<const std::uint8_t> input(call.input.ptr, call.input.len);
   const auto run = [&](void *memory) {
      const common::Digest256 digest = reference_hash(parameters_, input, memory);
      std::copy(digest.begin(), digest.end(), call.digest);
   };
   if (call.scratch)
      return run(call.scratch);
   const Pages pages(reference_memory_bytes(parameters_));
   run(pages.data());
}

} // namespace nebula::yescrypt
