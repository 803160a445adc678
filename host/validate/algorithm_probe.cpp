#include "host/validate/algorithm_probe.h"

#include "host/validate/child.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace nebula::host::validation {
namespace {

constexpr std::size_t k_guard = 64; // bytes before and after a digest
constexpr std::uint8_t k_canary = 0xA5;
constexpr std::size_t k_scratch_alignment = 64;

bool all_canary(const std::uint8_t *begin, const std::uint8_t *end) {
   return std::all_of(begin, end, [](std::uint8_t byte) { return byte == k_canary; });
}

} // namespace

std::string hex(const Bytes &bytes) {
   static constexpr char k_digits[] = "0123456789abcdef";
   std::string out;
   for (const auto byte : bytes) {
      out += k_digits[byte >> 4];
      out += k_digits[byte & 15];
   }
   return out;
}

void AlgorithmProbe::Free::operator()(void *memory) const noexcept {
   std::free(memory);
}

AlgorithmProbe::AlgorithmProbe(const neb_pow_algorithm &algorithm) : algorithm_(algorithm) {
   if (const auto bytes = algorithm.scratch_bytes)
      scratch_.reset(
         std::aligned_alloc(k_scratch_alignment, (bytes + k_scratch_alignment - 1) & ~(k_scratch_alignment - 1)));
}

Hashed AlgorithmProbe::hash(const neb_pow_epoch *epoch, const Bytes &input, std::uint8_t scratch_fill) {
   if (scratch_)
      std::memset(scratch_.get(), scratch_fill, algorithm_.scratch_bytes);
   Bytes given = input;
   Bytes digest(k_guard + NEB_POW_DIGEST_MAX + k_guard, k_canary);
   std::uint8_t *out = digest.data() + k_guard;
   Hashed hashed;
   hashed.status = algorithm_.hash(&algorithm_, epoch, {given.data(), given.size()}, out, scratch_.get());
   hashed.input_changed = given != input;
   hashed.overran =
      !all_canary(digest.data(), out) || !all_canary(out + algorithm_.digest_bytes, digest.data() + digest.size());
   hashed.digest.assign(out, out + algorithm_.digest_bytes);
   return hashed;
}

Bytes AlgorithmProbe::input(std::uint32_t index) const {
   const auto &vector = algorithm_.vectors[index];
   return {vector.input.ptr, vector.input.ptr + vector.input.len};
}

Bytes AlgorithmProbe::random_input(Random &random) const {
   Bytes bytes = input(0);
   random.fill(bytes);
   return bytes;
}

std::size_t AlgorithmProbe::nonce_place(std::size_t input_bytes) const {
   return algorithm_.nonce_offset == NEB_POW_NONCE_APPENDED ? input_bytes - algorithm_.nonce_bytes
                                                            : algorithm_.nonce_offset;
}

Verdict with_algorithm(Subject &subject, const std::function<Verdict(const neb_pow_algorithm &)> &body) {
   bool any = false;
   auto verdict = with_rig(subject, {}, [&](Rig &rig) {
      if (auto done = rig.bring_up(false); !done)
         return Verdict::fail(done.error().message);
      for (const Provided *service : rig.provided()) {
         if (service->id != NEB_SVC_POW_ALGORITHM)
            continue;
         any = true;
         ChildPipe::step("hashing with " + service->name);
         if (auto one = body(*static_cast<const neb_pow_algorithm *>(service->table)); !one.passed())
            return Verdict{one.outcome, service->name + ": " + one.text};
      }
      return Verdict::pass();
   });
   return verdict.passed() && !any ? Verdict::skip("it provides no algorithm") : verdict;
}

} // namespace nebula::host::validation
