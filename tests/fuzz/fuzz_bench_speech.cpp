// LINK: nebula_pool_tools
#include "../pool/stand_in_algorithm.h"

#include "tools/speech.h"

#include <nebula/error.hpp>

/// What a load generator hears: one byte chooses the dialect, the rest are a pool's lines. With what it then has it
/// makes a share of each kind.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
   using namespace nebula::pool;
   if (size == 0)
      return 0;
   constexpr Dialect k_dialects[] = {Dialect::xmrig, Dialect::bitcoin, Dialect::ergo, Dialect::cosmic};
   const StandInAlgorithm algorithm("toy", data[0] & 4 ? NEB_POW_NONCE_APPENDED : 39, data[0] & 8 ? 8 : 4);
   Computer computer(algorithm.slot());
   SpeechSettings settings;
   settings.dialect = k_dialects[data[0] % 4];
   settings.algorithm = "toy";
   const auto speech = make_speech(settings, computer);
   Miner miner;
   std::string out;
   speech->greet(miner, out);
   std::string_view text(reinterpret_cast<const char *>(data + 1), size - 1);
   while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      out.clear();
      const Heard heard = speech->hear(miner, line, out);
      if (heard.what == Heard::What::refused && heard.text.empty())
         __builtin_trap(); // whoever is refused is told why
      if (heard.what != Heard::What::job)
         continue;
      for (const ShareKind kind : {ShareKind::stale, ShareKind::duplicate, ShareKind::invalid, ShareKind::low}) {
         const ShareKind possible = speech->possible(miner, kind);
         out.clear();
         if (!speech->searches(possible))
            speech->submit(miner, possible, 16, out);
         if (!speech->searches(possible) && (out.empty() || out.back() != '\n'))
            __builtin_trap();
      }
      try {
         (void)computer.digest(miner.work.input, miner.work.epoch, miner.work.nonce(1));
      } catch (const nebula::Error &) { // an input without room for its nonce
      }
   }
   return 0;
}
