#include "variants.h"

namespace nebula::yescrypt {

std::span<const Variant> named_variants() noexcept {
   static constexpr Variant k_variants[] = {
      {"yescrypt", "version=0.5,N=2048,r=8,pers=@input",
       "yescrypt 0.5 (2048, 8) with the header itself as personality, as GlobalBoost mines it; 2 MiB a hash, for "
       "CPUs."},
      {"yescryptr8", "version=0.5,N=2048,r=8,pers=Client Key",
       "yescrypt 0.5 (2048, 8) with the personality \"Client Key\", as BitZeny mines it; 2 MiB a hash, for CPUs."},
      {"yescryptr16", "version=0.5,N=4096,r=16,pers=Client Key",
       "yescrypt 0.5 (4096, 16) with the personality \"Client Key\"; 8 MiB a hash, for CPUs."},
      {"yescryptr24", "version=0.5,N=4096,r=24,pers=Jagaricoin",
       "yescrypt 0.5 (4096, 24) with the personality \"Jagaricoin\"; 12 MiB a hash, for CPUs."},
      {"yescryptr32", "version=0.5,N=4096,r=32,pers=WaviBanana",
       "yescrypt 0.5 (4096, 32) with the personality \"WaviBanana\"; 16 MiB a hash, for CPUs."},
      {"yespower", "version=1.0,N=2048,r=32", "yespower 1.0 (2048, 32) without personality; 8 MiB a hash, for CPUs."},
      {"yespowerr16", "version=1.0,N=4096,r=16",
       "yespower 1.0 (4096, 16) without personality; 8 MiB a hash, for CPUs."},
   };
   return k_variants;
}

} // namespace nebula::yescrypt
