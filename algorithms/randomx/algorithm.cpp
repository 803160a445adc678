#include "algorithm.h"

#include "scanner.h"

namespace nebula::randomx {
namespace {

constexpr const char *k_name = "randomx";

} // namespace

AlgorithmSpec randomx_spec(KeyCaches &caches) {
   AlgorithmSpec spec;
   spec.name = k_name;
   spec.text = "RandomX version 1 (rx/0), as Monero mines it: random programs, made for CPUs.";
   spec.status = NEB_POW_CORE;
   spec.digest_order = NEB_POW_ORDER_LITTLE;
   spec.nonce_bytes = k_nonce_bytes;
   spec.nonce_offset = k_nonce_offset;
   spec.epoch_kind = 1;
   spec.input_bytes_min = 1;
   spec.input_bytes_max = k_input_bytes_max;
   spec.vectors = randomx_answers();
   spec.hash = [&caches](const HashCall &call) {
      const KeepRounding keep;
      const KeyCache::Machine machine = caches.get(call.epoch.key)->borrow();
      randomx_calculate_hash(machine.raw(), call.input.ptr, call.input.len, call.digest);
   };
   spec.prepare = [&caches](const neb_pow_epoch &epoch) {
      (void)caches.get(epoch.key)->borrow(); // and leaves a machine in the pool
   };
   return spec;
}

std::vector<AlgorithmSpec::Vector> randomx_answers() {
   constexpr const char *k_key_000 = "74657374206b657920303030"; // "test key 000"
   constexpr const char *k_key_001 = "74657374206b657920303031";
   constexpr const char *k_dolor =
      "73656420646f20656975736d6f642074656d706f7220696e6369646964756e74207574206c61626f7265"
      "20657420646f6c6f7265206d61676e6120616c69717561";
   return {
      {k_dolor, "c36d4ed4191e617309867ed66a443be4075014e2b061bcdaf9ce7b721d2b77a8", k_key_000},
      {k_dolor, "e9ff4503201c0c2cca26d285c93ae883f9b1d30c9eb240b820756f2d5a7905fc", k_key_001},
      {"0b0b98bea7e805e0010a2126d287a2a0cc833d312cb786385a7c2f9de69d25537f584a9bc9977b00000000666fd8753bf61a8631f12984e"
       "3"
       "fd44f4014eca629276817b56f32e9b68bd82f416",
       "c56414121acda1713c2f2a819d8ae38aed7c80c35c2a769298d34f03833cd5f1", k_key_001},
   };
}

CpuBackendSpec light_backend_spec(const Maker &maker, KeyCaches &caches) {
   CpuBackendSpec spec;
   spec.name = "randomx/light";
   spec.algorithm = k_name;
   spec.properties = "device=cpu,kind=light,alias=rx/0";
   spec.batch_hint = 2;
   spec.open = [&maker, &caches] { return std::make_unique<RandomXScanner>(maker, caches, nullptr); };
   return spec;
}

CpuBackendSpec fast_backend_spec(const Maker &maker, KeyCaches &caches, Dataset &dataset) {
   CpuBackendSpec spec;
   spec.name = "randomx/fast";
   spec.algorithm = k_name;
   spec.properties = "device=cpu,kind=fast,alias=rx/0";
   spec.batch_hint = 16;
   spec.open = [&maker, &caches, &dataset] { return std::make_unique<RandomXScanner>(maker, caches, &dataset); };
   return spec;
}

} // namespace nebula::randomx
