#include "shell/hasher.h"

#include <cstdlib>
#include <memory>

namespace nebula::monero {

namespace {

const Error k_no_algorithm{"no plugin computes randomx at the moment", Fault::refused};

struct Free {
   void operator()(void *memory) const { std::free(memory); }
};

// 64-byte aligned; null for zero bytes.
std::unique_ptr<void, Free> scratch_of(std::uint64_t size) {
   if (size == 0)
      return nullptr;
   std::unique_ptr<void, Free> memory(std::aligned_alloc(64, static_cast<std::size_t>((size + 63) / 64 * 64)));
   if (!memory)
      throw std::bad_alloc();
   return memory;
}

} // namespace

Hasher::Hasher(Host host) : slot_(Services(host).find<neb_pow_algorithm>(NEB_SVC_POW_ALGORITHM, "name=randomx")) {}

Result<Hash> Hasher::hash(const Hash &seed, ByteView input) const {
   const auto algorithm = slot_.enter();
   if (!algorithm)
      return k_no_algorithm;
   Hash digest{};
   if (algorithm->digest_bytes != digest.size() || algorithm->digest_order != NEB_POW_ORDER_LITTLE)
      return Error{"the plugin that offers randomx writes another kind of digest", Fault::refused};
   const neb_pow_epoch epoch{bytes(seed), 0};
   const auto scratch = scratch_of(algorithm->scratch_bytes);
   const neb_status status = algorithm->hash(algorithm.get(), &epoch, bytes(input), digest.data(), scratch.get());
   if (status != NEB_OK)
      return Error{concat("randomx failed: ", status_text(status)), Fault::refused};
   return digest;
}

Result<std::monostate> Hasher::prepare(const Hash &seed) const {
   const auto algorithm = slot_.enter();
   if (!algorithm)
      return k_no_algorithm;
   const neb_pow_epoch epoch{bytes(seed), 0};
   ErrorRecord record;
   const neb_status status = algorithm->prepare(algorithm.get(), &epoch, record.raw());
   if (status != NEB_OK && status != NEB_E_UNSUPPORTED)
      return Error{concat("randomx cannot prepare a seed: ", record.text()), Fault::refused};
   return std::monostate{};
}

} // namespace nebula::monero
