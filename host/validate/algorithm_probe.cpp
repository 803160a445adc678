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

constexpr std::uint64_t k_scratch_max = 64u << 20;
constexpr std::uint32_t k_input_min = 76; // the shortest header that miners know

bool all_canary(const std::uint8_t *begin, const std::uint8_t *end) {
   return std::all_of(begin, end, [](std::uint8_t byte) { return byte == k_canary; });
}

} // namespace

const char *wrong_with_algorithm(const neb_pow_algorithm &a) {
   if (a.flags & ~NEB_POW_NONCE_BIG)
      return "flags must be NEB_POW_NONCE_BIG or 0";
   if (!a.text || !*a.text)
      return "text is empty; write one sentence for operators";
   if (a.status < NEB_POW_CORE || a.status > NEB_POW_DEPRECATED)
      return "status must be NEB_POW_CORE, NEB_POW_SUPPORTED or NEB_POW_DEPRECATED";
   if (a.digest_order < NEB_POW_ORDER_BIG || a.digest_order > NEB_POW_ORDER_WORDS32)
      return "digest_order must be NEB_POW_ORDER_BIG, _LITTLE or _WORDS32";
   if (a.digest_bytes < 32 || a.digest_bytes > NEB_POW_DIGEST_MAX)
      return "digest_bytes must be 32 to 64";
   if (a.nonce_bytes != 4 && a.nonce_bytes != 8)
      return "nonce_bytes must be 4 or 8";
   if (a.nonce_offset != NEB_POW_NONCE_APPENDED && a.nonce_offset > a.input_bytes_max - a.nonce_bytes)
      return "nonce_offset lies outside the longest input";
   if (a.vector_count == 0 || !a.vectors)
      return "vectors are missing; give at least one known answer from another implementation";
   if (a.scratch_bytes > k_scratch_max)
      return "scratch_bytes is above 64 MiB; keep larger memory in the plugin";
   if (a.epoch_kind > 2)
      return "epoch_kind must be 0 (none), 1 (by key) or 2 (by height)";
   if (a.input_bytes_max < k_input_min)
      return "input_bytes_max must be at least 76, the length of the shortest header";
   return nullptr;
}

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

Verdict with_sized_algorithm(Subject &subject,
                             const std::function<Verdict(const neb_pow_algorithm &, std::uint32_t)> &body) {
   bool any = false;
   Notes notes;
   auto verdict = with_rig(subject, {}, [&](Rig &rig) {
      if (auto done = rig.bring_up(false); !done)
         return Verdict::fail(done.error().message);
      for (const Provided *service : rig.provided()) {
         if (service->id != NEB_SVC_POW_ALGORITHM)
            continue;
         any = true;
         ChildPipe::step("hashing with " + service->name);
         const auto *given = static_cast<const neb_pow_algorithm *>(rig.given(*service));
         const auto &completed = *static_cast<const neb_pow_algorithm *>(service->table);
         if (auto one = body(completed, given ? given->size : completed.size); !one.passed())
            return Verdict{one.outcome, service->name + ": " + one.text};
         else
            notes.add(service->name, one.text);
      }
      return Verdict::pass();
   });
   if (!verdict.passed())
      return verdict;
   return any ? notes.verdict() : Verdict::skip("it provides no algorithm");
}

Verdict with_algorithm(Subject &subject, const std::function<Verdict(const neb_pow_algorithm &)> &body) {
   return with_sized_algorithm(subject,
                               [&](const neb_pow_algorithm &algorithm, std::uint32_t) { return body(algorithm); });
}

} // namespace nebula::host::validation
