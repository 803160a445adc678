#include "host/cli/commands.h"
#include "host/validate/validate.h"

namespace nebula::host::cli {

int run_validate(const Command &, const Arguments &arguments) {
   return validation::validate_main(arguments);
}

} // namespace nebula::host::cli
