// `nebula plugin new` without the rest of nebula: the program the test starts.
#include "host/tools/plugin_new.h"

int main(int argc, char **argv) {
   return nebula::host::plugin_new_main({argv + 1, argv + argc});
}
