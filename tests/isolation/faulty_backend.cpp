// Computes cosmic-harmony as the reference does, and does what a file tells it to do in the middle of a batch: once, or
// each time when "always" stands behind the deed. Its device has a thermometer and no other sensor.
#include "cosmic_harmony.h"

#include <nebula/config.hpp>
#include <nebula/cpu_backend.hpp>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

using namespace nebula;

void misbehave(const std::string &deed) {
   if (deed == "abort")
      std::abort();
   if (deed == "segv") {
      std::signal(SIGSEGV, SIG_DFL); // not a sanitizer's own
      ::raise(SIGSEGV);
   }
   if (deed == "kill")
      ::raise(SIGKILL);
   if (deed == "stop")
      ::raise(SIGSTOP);
   if (deed == "exit")
      ::syscall(SYS_exit_group, 0); // at once, without what a sanitizer does at the end
   if (deed == "leak")              // until the system refuses
      for (;;)
         std::memset(::operator new (std::size_t{1} << 30), 1, 4096);
   volatile bool for_ever = deed == "loop";
   while (for_ever) {
   }
}

std::string told(const std::string &path) {
   std::string deed, how_often;
   if (std::ifstream file(path); file >> deed && !(file >> how_often && how_often == "always"))
      ::unlink(path.c_str());
   return deed;
}

CpuBackendSpec describe(const std::string &path) {
   CpuBackendSpec spec;
   spec.name = "cosmic-harmony/faulty";
   spec.algorithm = "cosmic-harmony";
   spec.properties = "device=cpu,kind=faulty";
   spec.open = [path] {
      return function_scanner([path](const ScanRange &range, Hits &hits) {
         const std::string deed = told(path);
         misbehave(deed);
         const auto state = cosmic_harmony::absorb({range.input, range.nonce_offset});
         for (uint64_t i = 0; i < range.nonce_count; ++i) {
            const uint64_t nonce = range.nonce_first + i;
            auto digest = cosmic_harmony::to_bytes(cosmic_harmony::permute(state, static_cast<uint32_t>(nonce)));
            if (!meets_target(digest.data(), NEB_POW_ORDER_WORDS32, range.target))
               continue;
            if (deed == "lie")
               digest[0] ^= 1;
            hits.add(nonce, digest.data());
         }
      });
   };
   return spec;
}

class FaultyBackend final : public Plugin {
public:
   explicit FaultyBackend(const neb_host *host) : Plugin(host), backend_(describe(config().get<std::string>("deed"))) {}

protected:
   void init() override {
      table_ = *backend_.table();
      table_.telemetry = [](const neb_pow_backend *, neb_pow_telemetry *out) -> neb_status {
         out->present = NEB_POW_HAS_TEMPERATURE;
         out->temperature_mc = 61'500;
         return NEB_OK;
      };
      backend_.bind(host());
      host().provide(NEB_SVC_POW_BACKEND, table_, "cosmic-harmony/faulty",
                     "algorithm=cosmic-harmony,device=cpu,kind=faulty");
   }

private:
   CpuBackend backend_;
   neb_pow_backend table_{};
};

} // namespace

NEBULA_PLUGIN(FaultyBackend);
