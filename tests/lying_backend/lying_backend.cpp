// Computes cosmic-harmony as the reference does, and flips one bit of each digest once a file exists.
#include "cosmic_harmony.h"

#include <nebula/config.hpp>
#include <nebula/cpu_backend.hpp>

#include <filesystem>

namespace {

using namespace nebula;

CpuBackendSpec describe(std::string trigger) {
   CpuBackendSpec spec;
   spec.name = "cosmic-harmony/lying";
   spec.algorithm = "cosmic-harmony";
   spec.properties = "device=cpu,kind=lying";
   spec.open = [trigger] {
      return function_scanner([trigger](const ScanRange &range, Hits &hits) {
         const bool lies = std::filesystem::exists(trigger);
         const auto state = cosmic_harmony::absorb({range.input, range.nonce_offset});
         for (uint64_t i = 0; i < range.nonce_count; ++i) {
            const uint64_t nonce = range.nonce_first + i;
            auto digest = cosmic_harmony::to_bytes(cosmic_harmony::permute(state, static_cast<uint32_t>(nonce)));
            if (meets_target(digest.data(), NEB_POW_ORDER_WORDS32, range.target)) {
               digest[4] = static_cast<uint8_t>(digest[4] ^ (lies ? 1 : 0));
               hits.add(nonce, digest.data());
            }
         }
      });
   };
   return spec;
}

class LyingBackend final : public Plugin {
public:
   explicit LyingBackend(const neb_host *host)
      : Plugin(host), backend_(describe(config().get<std::string>("lies_once_there_is"))) {}

protected:
   void init() override { backend_.provide(host()); }

private:
   CpuBackend backend_;
};

} // namespace

NEBULA_PLUGIN(LyingBackend);
