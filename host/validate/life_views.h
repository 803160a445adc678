#pragma once

/// What an instance shows of itself through get_extension: the checks of group "life" about it.

#include "host/validate/subject.h"
#include "host/validate/verdict.h"

namespace nebula::host::validation {

[[nodiscard]] Verdict has_no_unknown_extension(Subject &subject);
[[nodiscard]] Verdict has_its_commands(Subject &subject);
[[nodiscard]] Verdict status_is_json(Subject &subject);

} // namespace nebula::host::validation
