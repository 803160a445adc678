#pragma once

/// Random but repeatable use of a plugin. Every step has a random stream of its own that follows from the seed and its
/// number, so a seed and a step say everything.

#include "host/validate/random.h"
#include "host/validate/subject.h"
#include "host/validate/verdict.h"

#include <functional>

namespace nebula::host::validation {

/// Runs steps 1, 2, ... of the options' seed, as many as they say and no longer than they say; the first failure
/// counts. The parent knows its step, also after a crash: it is said before it is made. Steps that time was too short
/// for are said with the verdict.
[[nodiscard]] Verdict fuzz(const ValidateOptions &options, const std::function<Verdict(Random &)> &step);

} // namespace nebula::host::validation
