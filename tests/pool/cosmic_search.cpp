/// Searches nonces for scripted miners of Cosmic Harmony: reads lines `INPUT TARGET32 FIRST LAST` (hexadecimal) and
/// answers each with `NONCE DIGEST` or `none`. The hash is the algorithm's own reference; with the argument `native5`,
/// that of cosmic-harmony-native5.

#include "cosmic_harmony.h"
#include "native5.h"

#include "common/hex.h"

#include <iostream>
#include <sstream>
#include <string>

namespace {

using namespace nebula;

struct Cosmic {
   explicit Cosmic(const common::Bytes &input) : absorbed(cosmic_harmony::absorb(input)) {}
   auto operator()(std::uint32_t nonce) const {
      const cosmic_harmony::State words = cosmic_harmony::permute(absorbed, nonce);
      return std::pair(words[0], cosmic_harmony::to_bytes(words));
   }
   cosmic_harmony::State absorbed;
};

struct Native5 {
   explicit Native5(const common::Bytes &message) : input(message) {}
   auto operator()(std::uint32_t nonce) const {
      const auto digest = cosmic_harmony::native5(input, nonce);
      std::uint32_t first = 0;
      for (std::size_t i = 4; i-- > 0;)
         first = first << 8 | digest[i];
      return std::pair(first, digest);
   }
   common::Bytes input;
};

template <class Function>
std::string search(const Function &function, std::uint32_t target, std::uint32_t first, std::uint32_t last) {
   for (std::uint64_t nonce = first; nonce <= last; ++nonce) {
      const auto [number, digest] = function(static_cast<std::uint32_t>(nonce));
      if (number > target)
         continue;
      char text[9];
      std::snprintf(text, sizeof text, "%08x", static_cast<unsigned>(nonce));
      return text + (' ' + common::to_hex(digest));
   }
   return "none";
}

} // namespace

int main(int count, char **arguments) {
   const bool native5 = count > 1 && std::string(arguments[1]) == "native5";
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
      std::cout << (native5 ? search(Native5(*input), target, first, last)
                            : search(Cosmic(*input), target, first, last))
                << std::endl;
   }
}
