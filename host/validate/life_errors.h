#pragma once

/// How a plugin fails: the checks of group "life" about errors.

#include "host/validate/subject.h"
#include "host/validate/verdict.h"

namespace nebula::host::validation {

[[nodiscard]] Verdict refuses_bad_index(Subject &subject);
[[nodiscard]] Verdict takes_no_error_record(Subject &subject);
[[nodiscard]] Verdict keeps_within_error_record(Subject &subject);
[[nodiscard]] Verdict passes_on_refusal(Subject &subject);

} // namespace nebula::host::validation
