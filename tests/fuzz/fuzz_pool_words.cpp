// LINK: nebula_pool_shell
// What is typed at the control socket for the pool: refused with the usage, or within its limits.
#include "shell/words.h"

#include <nebula/error.hpp>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace nebula::pool;
   try {
      for (const std::string &word : words_of({reinterpret_cast<const char *>(data), size})) {
         try {
            if (number_of(word, 1'000, "usage") > 1'000)
               std::abort();
         } catch (const nebula::Error &) {
            constexpr std::uint64_t k_year_ns = 365ull * 86'400 * 1'000'000'000;
            if (duration_of(word, "usage") > k_year_ns)
               std::abort();
         }
      }
   } catch (const nebula::Error &error) {
      if (error.status() != NEB_E_INVALID || *error.what() == '\0')
         std::abort();
   }
   return 0;
}
