#pragma once

#include "host/cli/command.h"

namespace nebula::host::cli {

// `nebula plugin new algorithm NAME`: what follows "new".
int run_plugin_new(const Command &self, const Arguments &arguments);

} // namespace nebula::host::cli
