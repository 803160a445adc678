// Computes cosmic-harmony as the reference does, and does what a file tells it to do, once, in the middle of a batch.
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

CpuBackendSpec describe(const std::string &path) {
   CpuBackendSpec spec;
   spec.name = "cosmic-harmony/faulty";
   spec.algorithm = "cosmic-harmony";
   spec.properties = "device=cpu,kind=faulty";
   spec.open = [path] {
      return function_scanner([path](const ScanRange &range, Hits &hits) {
         std::string deed;
         if (std::ifstream file(path); file >> deed) {
            ::unlink(path.c_str());
            misbehave(deed);
         }
         const auto state = cosmic_harmony::absorb({range.input, range.nonce_offset});
         for (uint64_t i = 0; i < range.nonce_count; ++i) {
            const uint64_t nonce = range.nonce_first + i;
            const auto digest = cosmic_harmony::to_bytes(cosmic_harmony::permute(state, static_cast<uint32_t>(nonce)));
            if (meets_target(digest.data(), NEB_POW_ORDER_WORDS32, range.target))
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
   void init() override { backend_.provide(host()); }

private:
   CpuBackend backend_;
};

} // namespace

NEBULA_PLUGIN(FaultyBackend);
