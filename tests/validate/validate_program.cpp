// `nebula validate` without the rest of nebula: the program the tests start.
#include "host/validate/validate.h"

#include <string>
#include <vector>

int main(int argc, char **argv) {
   const std::vector<std::string> args(argv + 1, argv + argc);
   if (!args.empty() && args[0] == "validate-child")
      return nebula::host::validation::validate_child({args.begin() + 1, args.end()});
   return nebula::host::validation::validate_main(args);
}
