// NEB_MANIFEST is a C11 and C++17 alternative to the CMake helper; that it compiles cleanly is the test.
#include <nebula/manifest.h>

NEB_MANIFEST("{\"id\": \"macro\", \"version\": \"1.0.0\", \"abi\": \"1.0\"}");

int neb_manifest_macro_test(void);
int neb_manifest_macro_test(void) {
   return (int)neb_manifest_note.text_size;
}
