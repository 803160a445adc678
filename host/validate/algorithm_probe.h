#pragma once

/// Hashing with an algorithm under examination, with memory around its buffers that must stay untouched.

#include "host/util/result.h"
#include "host/validate/random.h"
#include "host/validate/rigged.h"
#include "host/validate/verdict.h"

#include <nebula/svc/pow-algorithm.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nebula::host::validation {

using Bytes = std::vector<std::uint8_t>;

/// "00ff..", for messages.
[[nodiscard]] std::string hex(const Bytes &bytes);

/// What is wrong with the table's members but the name, or NULL.
[[nodiscard]] const char *wrong_with_algorithm(const neb_pow_algorithm &algorithm);

struct Hashed {
   neb_status status = NEB_OK;
   Bytes digest;
   bool overran = false;       // wrote beyond digest_bytes
   bool input_changed = false; //
};

/// One per thread.
class AlgorithmProbe {
public:
   explicit AlgorithmProbe(const neb_pow_algorithm &algorithm);

   /// `scratch_fill` is what the scratch memory holds before.
   [[nodiscard]] Hashed hash(const neb_pow_epoch *epoch, const Bytes &input, std::uint8_t scratch_fill = 0);
   [[nodiscard]] Hashed hash(const Bytes &input) { return hash(&epoch(), input); }

   [[nodiscard]] const neb_pow_algorithm &algorithm() const noexcept { return algorithm_; }
   [[nodiscard]] const neb_pow_epoch &epoch() const noexcept { return algorithm_.vectors[0].epoch; }
   /// The input of vector number `index`.
   [[nodiscard]] Bytes input(std::uint32_t index) const;
   /// The first vector's input with other content: a length the algorithm takes for certain.
   [[nodiscard]] Bytes random_input(Random &random) const;
   /// Where the nonce stands in an input of that length.
   [[nodiscard]] std::size_t nonce_place(std::size_t input_bytes) const;

private:
   struct Free {
      void operator()(void *memory) const noexcept;
   };

   const neb_pow_algorithm &algorithm_;
   std::unique_ptr<void, Free> scratch_;
};

/// Calls `body` for each algorithm the file provides, its instance being ready, with the completed table and the size
/// that the plugin's own has; skipped when it provides none.
[[nodiscard]] Verdict
with_sized_algorithm(Subject &subject,
                     const std::function<Verdict(const neb_pow_algorithm &, std::uint32_t given_size)> &body);

/// The same without the size.
[[nodiscard]] Verdict with_algorithm(Subject &subject, const std::function<Verdict(const neb_pow_algorithm &)> &body);

} // namespace nebula::host::validation
