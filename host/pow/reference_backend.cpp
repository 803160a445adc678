#include "host/pow/reference_backend.h"

#include "host/pow/reference.h"
#include "host/util/clock.h"

#include <cstring>

namespace nebula::host {

namespace {

/// Hashes nonce after nonce. A slow hash makes slices of one nonce, so that cancelling waits for one hash at most.
class ReferenceScanner final : public Scanner {
public:
   explicit ReferenceScanner(const neb_pow_algorithm &algorithm) : reference_(algorithm) {}

   void prepare(const neb_pow_epoch &epoch) override {
      const neb_pow_algorithm &algorithm = reference_.algorithm();
      neb_error error{};
      error.size = sizeof error;
      const neb_status status = algorithm.prepare(&algorithm, &epoch, &error);
      if (status != NEB_OK && status != NEB_E_UNSUPPORTED) // optional: then the first hash prepares
         throw Error(status, error.text[0] ? error.text : "the algorithm cannot prepare this epoch");
   }

   void scan(const ScanRange &range, Hits &hits) override {
      const neb_pow_algorithm &algorithm = reference_.algorithm();
      std::uint8_t digest[NEB_POW_DIGEST_MAX];
      for (std::uint64_t i = 0; i < range.nonce_count; ++i) {
         const std::uint64_t nonce = range.nonce_first + i;
         write_nonce(range.input + range.nonce_offset, range.nonce_bytes, nonce, algorithm.flags);
         const neb_status status = reference_.hash(range.epoch, {range.input, range.input_bytes}, digest);
         if (status != NEB_OK)
            throw Error(status, "the algorithm refuses this input");
         if (meets_target(digest, algorithm.digest_order, range.target))
            hits.add(nonce, digest);
      }
   }

private:
   Reference reference_;
};

// The SDK's backend asks a host for its clock; this one has nothing else to give.
std::uint64_t monotonic_ns(const neb_host *) {
   return RealClock().monotonic_ns();
}
std::int64_t wall_ns(const neb_host *) {
   return RealClock().wall_ns();
}
constexpr neb_ext_clock k_clock = {sizeof(neb_ext_clock), 0, monotonic_ns, wall_ns};

const void *get_extension(const neb_host *, const char *id) {
   return std::strcmp(id, NEB_EXT_CLOCK) == 0 ? &k_clock : nullptr;
}
neb_status provide(const neb_host *, const char *, const char *, const char *, const void *, neb_error *) {
   return NEB_OK;
}
void log_nothing(const neb_host *, std::uint32_t, neb_str) {}

constexpr std::uint32_t k_log_off = NEB_LOG_OFF;
constexpr neb_host k_self = {sizeof(neb_host), NEB_ABI_MINOR, nullptr,     "nebula",      "",
                             "host",           &k_log_off,    log_nothing, get_extension, provide};

CpuBackendSpec spec(const neb_pow_algorithm &algorithm, const char *name) {
   CpuBackendSpec out;
   out.name = name;
   out.algorithm = algorithm.name;
   out.properties = k_reference_properties;
   out.device = "CPU";
   out.open = [&algorithm] { return std::make_unique<ReferenceScanner>(algorithm); };
   return out;
}

} // namespace

ReferenceBackend::ReferenceBackend(const neb_pow_algorithm &algorithm)
   : name_(std::string(algorithm.name) + "/reference"), backend_(spec(algorithm, name_.c_str())) {
   backend_.provide(Host(&k_self)); // gives it its clock
}

} // namespace nebula::host
