#pragma once

#include "host/cli/command.h"

// The run functions of the commands, one source file each.

namespace nebula::host::cli {

int run_run(const Command &self, const Arguments &arguments);
int run_check(const Command &self, const Arguments &arguments);
int run_config(const Command &self, const Arguments &arguments);
int run_plugin(const Command &self, const Arguments &arguments);
int run_validate(const Command &self, const Arguments &arguments);
int run_explain(const Command &self, const Arguments &arguments);
int run_hash(const Command &self, const Arguments &arguments);
int run_bench(const Command &self, const Arguments &arguments);
int run_ctl(const Command &self, const Arguments &arguments);
int run_doctor(const Command &self, const Arguments &arguments);
int run_completion(const Command &self, const Arguments &arguments);
int run_version(const Command &self, const Arguments &arguments);

} // namespace nebula::host::cli
