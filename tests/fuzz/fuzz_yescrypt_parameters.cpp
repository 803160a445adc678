// LINK: nebula_yescrypt_core
// Whatever text names a member: it is refused with a reason, or its canonical name stands for the same parameters.
#include "parameters.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace nebula::yescrypt;
   Parameters parameters;
   try {
      parameters = parse_parameters({reinterpret_cast<const char *>(data), size});
   } catch (const nebula::Error &error) {
      if (error.status() != NEB_E_INVALID || *error.what() == '\0')
         std::abort();
      return 0;
   }
   const std::string name = canonical_text(parameters);
   if (name.size() > k_parameters_text_max || parse_parameters(name) != parameters ||
       canonical_text(parse_parameters(name)) != name)
      std::abort();
   return 0;
}
