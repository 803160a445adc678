#pragma once

/// Running the body of a check on a node of its own, for every plugin of the file.

#include "host/validate/rig.h"
#include "host/validate/subject.h"
#include "host/validate/verdict.h"

#include <functional>
#include <memory>
#include <string>

namespace nebula::host::validation {

struct RiggedOptions {
   HostView *view = nullptr;
   neb_status provide_answer = NEB_OK;
   std::string config = {}; // as in RigOptions
   bool empty_config = false;
};

[[nodiscard]] inline Verdict verdict_of(const Result<void> &done) {
   return done ? Verdict::pass() : Verdict::fail(done.error().message);
}

/// The instance name of plugin number `number` of those given with --with.
[[nodiscard]] std::string helper_name(std::size_t number);

/// Makes the node, brings up the plugins given with --with (unless the node refuses services) and calls `body` once.
[[nodiscard]] Verdict with_node(Subject &subject, const RiggedOptions &options,
                                const std::function<Verdict(TestNode &)> &body);

/// One plugin of the file on `node`, under a name that no other instance of this process has.
[[nodiscard]] Result<std::unique_ptr<Rig>> make_rig(Subject &subject, TestNode &node, std::uint32_t index,
                                                    const RiggedOptions &options);

/// Calls `body` with a fresh rig for each plugin of the file; the first verdict that is no pass counts.
[[nodiscard]] Verdict with_rig(Subject &subject, const RiggedOptions &options,
                               const std::function<Verdict(Rig &)> &body);

} // namespace nebula::host::validation
