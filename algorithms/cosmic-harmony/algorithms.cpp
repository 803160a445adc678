#include "algorithms.h"

#include <algorithm>
#include <exception>
#include <span>

#include "answers.h"
#include "common/bytes.h"
#include "cosmic_harmony.h"
#include "job_rules.h"
#include "native5.h"

namespace nebula::cosmic_harmony {
namespace {

constexpr std::uint64_t k_nonce_bytes = 4;

[[nodiscard]] bool acceptable(neb_bytes input) noexcept {
   return input.ptr && input.len >= k_nonce_bytes && input.len <= k_message_bytes_max + k_nonce_bytes;
}

neb_status hash_cosmic_harmony(const neb_pow_algorithm *, const neb_pow_epoch *, neb_bytes input, uint8_t *digest,
                               void *) noexcept {
   if (!acceptable(input))
      return NEB_E_INVALID;
   const std::span<const std::uint8_t> message(input.ptr, input.len - k_nonce_bytes);
   const Digest out = hash(message, common::load_le32(input.ptr + message.size()));
   std::copy(out.begin(), out.end(), digest);
   return NEB_OK;
}

neb_status hash_native5(const neb_pow_algorithm *, const neb_pow_epoch *, neb_bytes input, uint8_t *digest,
                        void *) noexcept {
   if (!acceptable(input))
      return NEB_E_INVALID;
   try {
      const auto out = native5_appended({input.ptr, input.len});
      std::copy(out.begin(), out.end(), digest);
      return NEB_OK;
   } catch (const std::exception &) {
      return NEB_E_FAIL; // OpenSSL without SHA-3; the plugin refused to start then
   }
}

neb_pow_algorithm table_of(const char *name, const char *text, std::int32_t status,
                           const common::KnownAnswers &answers) {
   neb_pow_algorithm table{};
   table.size = sizeof table;
   table.name = name;
   table.text = text;
   table.status = status;
   table.digest_order = NEB_POW_ORDER_WORDS32;
   table.digest_bytes = 32;
   table.nonce_bytes = k_nonce_bytes;
   table.nonce_offset = NEB_POW_NONCE_APPENDED;
   table.vector_count = static_cast<std::uint32_t>(answers.table().size());
   table.vectors = answers.table().data();
   table.input_bytes_max = k_message_bytes_max + k_nonce_bytes;
   return table;
}

} // namespace

Algorithms::Algorithms()
   : cosmic_harmony_answers_(cosmic_harmony_answers()), native5_answers_(native5_answers()),
     cosmic_harmony_(table_of("cosmic-harmony", "Twelve add-rotate-xor rounds over 256 bits; mined on CPUs and GPUs.",
                              NEB_POW_CORE, cosmic_harmony_answers_)),
     native5_(table_of("cosmic-harmony-native5",
                       "A pipeline of BLAKE3, SHA-3 and byte mixing; a variant of its own, on the CPU.",
                       NEB_POW_SUPPORTED, native5_answers_)) {
   cosmic_harmony_.hash = hash_cosmic_harmony;
   native5_.hash = hash_native5;
}

} // namespace nebula::cosmic_harmony
