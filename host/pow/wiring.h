#pragma once

/// Puts the proof-of-work part into the node: its environment out of the host's own services.

#include "host/pow/pow.h"

#include "host/ext/instance_host.h"

#include <memory>
#include <string>

namespace nebula::host {

/// A PowFactory of host/node once `data_folder` is bound. `services` outlives the result; wrong answers are journalled
/// in data_folder (empty: nowhere). `warns_of_deprecated`: as in PowEnvironment.
[[nodiscard]] std::unique_ptr<PowHook> make_pow(HostServices &services, MainPost post_main,
                                                const std::string &data_folder, bool warns_of_deprecated = true);

} // namespace nebula::host
