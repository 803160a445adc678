#pragma once

/// Known answers as a plugin carries them: texts in its code, turned into the contract's table once per instance.

#include <nebula/svc/pow-algorithm.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nebula::common {

/// One known answer. `input_hex` is complete, nonce included; `key` is text.
struct KnownAnswer {
   std::string_view key;
   std::string_view input_hex;
   std::string_view digest_hex;
};

/// Owns the bytes that the table points to.
class KnownAnswers {
public:
   /// The texts are our own constants: hex that is none is a programmer's error and asserts.
   explicit KnownAnswers(std::span<const KnownAnswer> answers);

   [[nodiscard]] std::span<const neb_pow_vector> table() const noexcept { return table_; }

private:
   std::vector<std::vector<std::uint8_t>> bytes_;
   std::vector<neb_pow_vector> table_;
};

} // namespace nebula::common
