#include "algorithm.h"

#include <algorithm>
#include <array>

#include "scanner.h"

namespace nebula::randomx {
namespace {

constexpr const char *k_name = "randomx";

void hash_on(const BorrowedMachine &machine, const HashCall &call, std::uint8_t *digest) {
   const KeepRounding keep;
   randomx_calculate_hash(machine.raw(), call.input.ptr, call.input.len, digest);
}

void hash_lightly(KeyCaches &caches, const HashCall &call, std::uint8_t *digest) {
   hash_on(caches.get(call.epoch.key)->borrow(), call, digest);
}

void hash(KeyCaches &caches, Datasets *datasets, const HashCall &call) {
   const Datasets::Lease dataset = datasets ? datasets->find(view(call.epoch.key)) : nullptr;
   if (!dataset)
      return hash_lightly(caches, call, call.digest);
   hash_on(dataset->borrow(), call, call.digest);
   if (!dataset->check_is_due())
      return;
   std::array<std::uint8_t, RANDOMX_HASH_SIZE> light{};
   hash_lightly(caches, call, light.data());
   if (!std::equal(light.begin(), light.end(), call.digest)) {
      datasets->condemn(*dataset);
      std::copy(light.begin(), light.end(), call.digest);
   }
}

} // namespace

AlgorithmSpec randomx_spec(KeyCaches &caches, Datasets *datasets) {
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
   spec.aliases = {"rx/0"};
   spec.hash = [&caches, datasets](const HashCall &call) { hash(caches, datasets, call); };
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
   spec.properties = "device=cpu,kind=light";
   spec.batch_hint = 2;
   spec.open = [&maker, &caches] { return std::make_unique<RandomXScanner>(maker, caches, nullptr); };
   return spec;
}

CpuBackendSpec fast_backend_spec(const Maker &maker, KeyCaches &caches, Datasets &datasets) {
   CpuBackendSpec spec;
   spec.name = "randomx/fast";
   spec.algorithm = k_name;
   spec.properties = "device=cpu,kind=fast";
   spec.batch_hint = 16;
   spec.open = [&maker, &caches, &datasets] { return std::make_unique<RandomXScanner>(maker, caches, &datasets); };
   return spec;
}

} // namespace nebula::randomx
