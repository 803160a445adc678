#include "pow_services.h"

#include "core/mold.h"

#include "common/bitcoin_header.h"

#include <cstdlib>

namespace nebula::chain {
namespace {

constexpr std::uint16_t k_first_extra_id = 128;

Error missing(const std::string &name) {
   return {Fault::unavailable, "no plugin of this node offers algorithm " + name + ": add one to plugins in node.yaml"};
}

neb_pow_epoch epoch_of(const Epoch &epoch, EpochKind kind) {
   return {kind == EpochKind::key ? bytes(epoch.key) : neb_bytes{nullptr, 0}, epoch.height};
}

/// How an algorithm takes its nonce tells what its miners work on. Where a Bitcoin header has its nonce, one is built;
/// eight bytes behind a message, the most significant first, are Autolykos'.
MoldId mold_of(const neb_pow_algorithm &algorithm) {
   const bool big = (algorithm.flags & NEB_POW_NONCE_BIG) != 0;
   if (algorithm.nonce_offset == NEB_POW_NONCE_APPENDED)
      return big && algorithm.nonce_bytes == 8 ? MoldId::autolykos_message : MoldId::appended;
   const bool header = algorithm.nonce_offset == common::k_bitcoin_nonce_offset && algorithm.nonce_bytes == 4 &&
                       algorithm.input_bytes_max >= common::k_bitcoin_header_bytes && !big;
   return header ? MoldId::bitcoin_coinbase : MoldId::offset;
}

} // namespace

PowServices::PowServices(const Host &host, const NetworkParams &network) {
   const Services services(host);
   for (const AlgorithmParams &algorithm : network.algorithms)
      slots_[algorithm.name] =
         services.find_optional<neb_pow_algorithm>(NEB_SVC_POW_ALGORITHM, "name=" + property_value(algorithm.name));
}

Result<void> PowServices::available(const AlgorithmParams &algorithm) const {
   const auto guard = slots_.at(algorithm.name).enter();
   if (!guard)
      return missing(algorithm.name);
   if (guard->digest_bytes != 32 || guard->nonce_bytes != algorithm.nonce_bytes ||
       guard->digest_order != static_cast<std::int32_t>(algorithm.order) ||
       guard->epoch_kind != static_cast<std::uint32_t>(algorithm.epoch))
      return Error{Fault::unavailable,
                   "the plugin's " + algorithm.name +
                      " has another digest, nonce or epoch than this network's: use the matching version"};
   return {};
}

/// Nodes of one network may write an algorithm's name in different ways; what they must agree on is the one that its
/// plugin gives it.
void PowServices::call_by_own_name(AlgorithmParams &algorithm) {
   std::string own = algorithm.name;
   if (const auto guard = slots_.at(algorithm.name).enter())
      own = guard->name;
   if (own == algorithm.name)
      return;
   if (slots_.contains(own))
      throw nebula::Error(NEB_E_CONFIG, "algorithms: \"", algorithm.name, "\" is another name of ", own,
                          ", which this network has already");
   auto slot = slots_.extract(algorithm.name);
   slot.key() = own;
   slots_.insert(std::move(slot));
   algorithm.name = std::move(own);
}

void PowServices::complete(NetworkParams &network) {
   for (AlgorithmParams &algorithm : network.algorithms) {
      if (algorithm.id >= k_first_extra_id)
         call_by_own_name(algorithm);
      const auto guard = slots_.at(algorithm.name).enter();
      if (algorithm.id < k_first_extra_id || !guard)
         continue;
      algorithm.mold = mold_of(*guard.get());
      algorithm.nonce_offset = guard->nonce_offset == NEB_POW_NONCE_APPENDED ? 0 : guard->nonce_offset;
      algorithm.nonce_big = (guard->flags & NEB_POW_NONCE_BIG) != 0;
      algorithm.nonce_bytes = static_cast<std::uint8_t>(guard->nonce_bytes);
      algorithm.order = static_cast<DigestOrder>(guard->digest_order);
      algorithm.epoch = static_cast<EpochKind>(guard->epoch_kind);
   }
}

PowServices::Scratch PowServices::take_scratch(const std::string &name, std::uint64_t bytes) const {
   if (bytes == 0)
      return nullptr;
   {
      const std::lock_guard lock(mutex_);
      if (const auto kept = scratch_.find(name); kept != scratch_.end()) {
         Scratch out = std::move(kept->second);
         scratch_.erase(kept);
         return out;
      }
   }
   return Scratch(std::aligned_alloc(64, (bytes + 63) / 64 * 64));
}

void PowServices::give_scratch(const std::string &name, Scratch scratch) const {
   if (scratch == nullptr)
      return;
   const std::lock_guard lock(mutex_);
   scratch_.emplace(name, std::move(scratch));
}

Result<Hash> PowServices::hash(const AlgorithmParams &algorithm, const Epoch &epoch, ByteView input) const {
   const auto guard = slots_.at(algorithm.name).enter();
   if (!guard)
      return missing(algorithm.name);
   Scratch scratch = take_scratch(algorithm.name, guard->scratch_bytes);
   if (scratch == nullptr && guard->scratch_bytes != 0)
      return Error{Fault::unavailable, "no memory for the scratchpad of " + algorithm.name};
   Hash out{};
   const neb_pow_epoch keyed = epoch_of(epoch, algorithm.epoch);
   const neb_status status =
      guard->hash(guard.get(), &keyed, neb_bytes{input.data(), input.size()}, out.data(), scratch.get());
   give_scratch(algorithm.name, std::move(scratch));
   if (status != NEB_OK)
      return Error{Fault::unavailable, "algorithm " + algorithm.name + " could not hash: " + status_text(status)};
   return out;
}

} // namespace nebula::chain
