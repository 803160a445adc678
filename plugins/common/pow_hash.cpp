#include "pow_hash.h"

#include <nebula/pow.hpp>

#include <cstdlib>
#include <memory>
#include <new>

namespace nebula::common {
namespace {

/// The memory that an algorithm wants, aligned as it wants it; each thread keeps its own.
std::uint8_t *scratch(std::uint64_t bytes) {
   constexpr std::size_t k_alignment = 64;
   struct Free {
      void operator()(void *p) const { std::free(p); }
   };
   thread_local std::unique_ptr<void, Free> memory;
   thread_local std::uint64_t size = 0;
   if (size < bytes) {
      size = (bytes + k_alignment - 1) / k_alignment * k_alignment;
      memory.reset(std::aligned_alloc(k_alignment, size));
      if (!memory) {
         size = 0;
         throw std::bad_alloc();
      }
   }
   return static_cast<std::uint8_t *>(memory.get());
}

} // namespace

const char *pow_digest(const neb_pow_algorithm &algorithm, const neb_pow_epoch &epoch, const PowInput &input,
                       std::uint64_t nonce, std::array<std::uint8_t, 32> &out) {
   if (algorithm.digest_bytes != out.size())
      return "its digests have another length than 32 bytes";
   Bytes whole(input.bytes.begin(), input.bytes.end());
   std::size_t at = input.nonce_offset;
   if (input.nonce_offset == NEB_POW_NONCE_APPENDED) {
      at = whole.size();
      whole.resize(whole.size() + input.nonce_bytes);
   }
   if (at + input.nonce_bytes > whole.size())
      return "the input has no room for its nonce";
   write_nonce(whole.data() + at, input.nonce_bytes, nonce, algorithm.flags);
   const neb_status status = algorithm.hash(&algorithm, &epoch, {whole.data(), whole.size()}, out.data(),
                                            algorithm.scratch_bytes ? scratch(algorithm.scratch_bytes) : nullptr);
   return status == NEB_OK ? nullptr : "the algorithm could not compute it";
}

} // namespace nebula::common
