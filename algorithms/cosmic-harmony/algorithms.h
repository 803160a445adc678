#pragma once

/// The two algorithms as tables of nebula.pow.algorithm/1.

#include <nebula/svc/pow-algorithm.h>

#include "common/known_answers.h"

namespace nebula::cosmic_harmony {

/// Owns both tables and their known answers; must stay where it is while they are in use.
class Algorithms {
public:
   Algorithms();
   Algorithms(const Algorithms &) = delete;
   Algorithms &operator=(const Algorithms &) = delete;

   [[nodiscard]] const neb_pow_algorithm &cosmic_harmony() const noexcept { return cosmic_harmony_; }
   [[nodiscard]] const neb_pow_algorithm &native5() const noexcept { return native5_; }

private:
   common::KnownAnswers cosmic_harmony_answers_;
   common::KnownAnswers native5_answers_;
   neb_pow_algorithm cosmic_harmony_;
   neb_pow_algorithm native5_;
};

} // namespace nebula::cosmic_harmony
