// `nebula validate` without the rest of nebula: the program the tests start.
#include "host/validate/validate.h"

int main(int argc, char **argv) {
   return nebula::host::validation::validate_main({argv + 1, argv + argc});
}
