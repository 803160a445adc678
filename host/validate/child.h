#pragma once

/// One check in one process: a fork of this one, which has loaded nothing of the plugin. The child tells over a pipe
/// what it is doing and how it ended, one line each:
///
///    step calling init
///    at 1:7
///    passed · failed TEXT · skipped TEXT
///
/// so that after a crash or a hang the parent can say where.

#include "host/util/result.h"
#include "host/validate/check.h"
#include "host/validate/validate.h"

#include <string>
#include <string_view>

namespace nebula::host::validation {

inline constexpr int k_child_pipe = 3;                  // the child's descriptor
inline constexpr std::size_t k_child_text_max = 65'536; // bytes of one line; a verdict has a few hundred

/// The child's side of the pipe.
class ChildPipe {
public:
   /// Remembers, for the parent, what is about to be tried: "calling init".
   static void step(std::string_view what);
   /// What stands before every later step: "with limit = 5, ".
   static void prefix(std::string text);
   /// The step of a fuzz check, "SEED:STEP", that begins.
   static void at(std::string_view seed_and_step);
   static void verdict(const Verdict &verdict);
};

/// Runs a check in a new process and waits for it, at most check.timeout_s. `options` name a file and a scratch folder.
[[nodiscard]] Result<Verdict> run_in_child(const Check &check, const ValidateOptions &options);

} // namespace nebula::host::validation
