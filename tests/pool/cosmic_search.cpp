/// Searches nonces for scripted miners of Cosmic Harmony: reads lines `INPUT TARGET32 FIRST LAST` (hexadecimal) and
/// answers each with `NONCE DIGEST` or `none`. The hash is the algorithm's own reference.

#include "cosmic_harmony.h"

#include "common/hex.h"

#include <iostream>
#include <sstream>
#include <string>

int main() {
   using namespace nebula;
   for (std::string line; std::getline(std::cin, line);) {
      std::istringstream words(line);
      std::string input_hex;
      std::uint32_t target = 0, first = 0, last = 0;
      words >> input_hex >> std::hex >> target >> first >> last;
      const auto input = common::bytes_from_hex(input_hex);
      if (!words || !input) {
         std::cerr << "not understood: " << line << '\n';
         return 1;
      }
      const cosmic_harmony::State absorbed = cosmic_harmony::absorb(*input);
      bool found = false;
      for (std::uint64_t nonce = first; nonce <= last && !found; ++nonce) {
         const cosmic_harmony::State words_out = cosmic_harmony::permute(absorbed, static_cast<std::uint32_t>(nonce));
         if (words_out[0] > target)
            continue;
         found = true;
         char text[9];
         std::snprintf(text, sizeof text, "%08x", static_cast<unsigned>(nonce));
         std::cout << text << ' ' << common::to_hex(cosmic_harmony::to_bytes(words_out)) << std::endl;
      }
      if (!found)
         std::cout << "none" << std::endl;
   }
}
