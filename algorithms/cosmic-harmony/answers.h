#pragma once

/// The known answers of both functions, as the gate of a host uses them.

#include <span>

#include "common/known_answers.h"

namespace nebula::cosmic_harmony {

[[nodiscard]] std::span<const common::KnownAnswer> cosmic_harmony_answers() noexcept;
[[nodiscard]] std::span<const common::KnownAnswer> native5_answers() noexcept;

} // namespace nebula::cosmic_harmony
