#include "algorithms.h"

#include <algorithm>
#include <span>

#include "common/bytes.h"
#include "cosmic_harmony.h"
#include "native5.h"

namespace nebula::cosmic_harmony {
namespace {

void hash_cosmic_harmony(const HashCall &call) {
   const std::span<const std::uint8_t> message(call.input.ptr, call.input.len - k_nonce_bytes);
   const Digest digest = hash(message, common::load_le32(call.input.ptr + message.size()));
   std::copy(digest.begin(), digest.end(), call.digest);
}

void hash_native5(const HashCall &call) {
   const auto digest = native5_appended({call.input.ptr, call.input.len});
   std::copy(digest.begin(), digest.end(), call.digest);
}

AlgorithmSpec common_spec() {
   AlgorithmSpec spec;
   spec.digest_order = NEB_POW_ORDER_WORDS32;
   spec.nonce_bytes = k_nonce_bytes;
   spec.nonce_offset = NEB_POW_NONCE_APPENDED;
   spec.input_bytes_min = k_nonce_bytes;
   spec.input_bytes_max = k_message_bytes_max + k_nonce_bytes;
   return spec;
}

} // namespace

AlgorithmSpec cosmic_harmony_spec() {
   AlgorithmSpec spec = common_spec();
   spec.name = k_algorithm_name;
   spec.text = "Twelve add-rotate-xor rounds over 256 bits; mined on CPUs and GPUs.";
   spec.status = NEB_POW_CORE;
   spec.vectors = cosmic_harmony_answers();
   spec.hash = hash_cosmic_harmony;
   return spec;
}

AlgorithmSpec native5_spec() {
   AlgorithmSpec spec = common_spec();
   spec.name = k_native5_name;
   spec.text = "A pipeline of BLAKE3, SHA-3 and byte mixing; a variant of its own, mined on CPUs.";
   spec.status = NEB_POW_SUPPORTED;
   spec.vectors = native5_answers();
   spec.hash = hash_native5;
   return spec;
}

} // namespace nebula::cosmic_harmony
