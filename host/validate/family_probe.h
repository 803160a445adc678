#pragma once

/// A family of algorithms under examination (nebula.pow.family/1).

#include "host/validate/backend_probe.h"
#include "host/validate/subject.h"
#include "host/validate/verdict.h"

#include <nebula/svc/pow-family.h>

#include <functional>
#include <string>
#include <vector>

namespace nebula::host::validation {

/// What `member` said.
struct Asked {
   neb_status status = NEB_OK;
   const neb_pow_member *member = nullptr;
   std::string reason;
};
[[nodiscard]] Asked ask_member(const neb_pow_family &family, const std::string &parameters);

/// The parameters in a member's canonical name: what stands behind the colon.
[[nodiscard]] std::string parameters_in(const std::string &name);

/// The backends of a few members of a family: that of the defaults, and those with the given parameters. What
/// family.defaults or family.backends refuses is left out.
[[nodiscard]] std::vector<ExaminedBackend> member_backends(const Provided &family,
                                                           const std::vector<std::string> &parameters);

/// Calls `body` for each family the file provides, its instance being ready; skipped when it provides none.
[[nodiscard]] Verdict with_family(Subject &subject, const std::function<Verdict(const neb_pow_family &)> &body);

} // namespace nebula::host::validation
