#include "params.h"

#include "codec.h"
#include "hash.h"
#include "networks.h"

#include <algorithm>

namespace nebula::chain {
namespace {

constexpr std::uint16_t k_first_extra_id = 128;

void write_text(Writer &out, std::string_view text) {
   out.u16(static_cast<std::uint16_t>(text.size()));
   out.bytes(common::as_bytes(text));
}

void write_algorithm(Writer &out, const AlgorithmParams &algorithm) {
   out.u16(algorithm.id);
   write_text(out, algorithm.name);
   out.u64(algorithm.start_difficulty);
   out.u64(algorithm.work_weight);
   out.u32(algorithm.share);
   out.u16(static_cast<std::uint16_t>(algorithm.schedule.size()));
   for (const ScheduleStep &step : algorithm.schedule) {
      out.u64(step.from_height);
      out.u8(static_cast<std::uint8_t>(step.status));
   }
   if (algorithm.id >= k_first_extra_id)
      return;
   out.u8(static_cast<std::uint8_t>(algorithm.mold));
   out.u8(static_cast<std::uint8_t>(algorithm.order));
   out.u8(static_cast<std::uint8_t>(algorithm.epoch));
   out.u8(algorithm.nonce_bytes);
   out.u32(algorithm.nonce_offset);
}

} // namespace

std::string_view to_text(AlgorithmStatus status) {
   switch (status) {
   case AlgorithmStatus::core:
      return "core";
   case AlgorithmStatus::supported:
      return "supported";
   case AlgorithmStatus::deprecated:
      return "deprecated";
   case AlgorithmStatus::removed:
      break;
   }
   return "removed";
}

AlgorithmStatus AlgorithmParams::status_at(std::uint64_t height) const {
   AlgorithmStatus status = AlgorithmStatus::removed;
   for (const ScheduleStep &step : schedule) {
      if (height >= step.from_height)
         status = step.status;
   }
   return status;
}

const AlgorithmParams *NetworkParams::algorithm(std::uint16_t id) const {
   const auto found = std::ranges::find(algorithms, id, &AlgorithmParams::id);
   return found == algorithms.end() ? nullptr : &*found;
}

const AlgorithmParams *NetworkParams::algorithm(std::string_view algorithm_name) const {
   const auto found = std::ranges::find(algorithms, algorithm_name, &AlgorithmParams::name);
   return found == algorithms.end() ? nullptr : &*found;
}

std::uint64_t NetworkParams::spacing_s(const AlgorithmParams &algorithm) const {
   std::uint64_t total = 0;
   for (const AlgorithmParams &one : algorithms)
      total += one.share;
   return block_time_s * total / algorithm.share;
}

std::uint64_t seed_height(std::uint64_t height) {
   if (height <= k_seed_period + k_seed_lag)
      return 0;
   return (height - k_seed_lag - 1) & ~(k_seed_period - 1);
}

Result<void> admit_algorithms(NetworkParams &network, std::span<const ExtraAlgorithm> extra) {
   if (!extra.empty() && !is_development(network))
      return invalid("network " + network.name +
                     " has a fixed list of algorithms; extra ones are for development networks");
   if (network.algorithms.size() + extra.size() > k_max_algorithms)
      return invalid("a network has at most 16 algorithms");
   std::uint16_t id = k_first_extra_id;
   for (const ExtraAlgorithm &one : extra) {
      if (one.name.empty() || one.name.size() > 64)
         return invalid("an algorithm's name has 1 to 64 bytes");
      if (network.algorithm(one.name) != nullptr)
         return invalid("algorithm " + one.name + " is already part of network " + network.name);
      if (one.start_difficulty == 0)
         return invalid("algorithm " + one.name + ": start_difficulty must be at least 1");
      AlgorithmParams added;
      added.id = id++;
      added.name = one.name;
      added.start_difficulty = one.start_difficulty;
      added.schedule = {{0, one.status}};
      network.algorithms.push_back(std::move(added));
   }
   return {};
}

Hash parameters_hash(const NetworkParams &network) {
   Writer out;
   write_text(out, network.name);
   out.u32(network.chain_id);
   out.u64(network.genesis_time);
   out.u64(network.premine);
   out.bytes(network.premine_to);
   out.u64(network.base_reward);
   out.u64(network.bonus_fund);
   out.u64(network.bonus_per_block);
   out.u64(network.block_time_s);
   out.u32(network.max_reorg_depth);
   out.u64(network.max_block_bytes);
   const Recipients &to = network.recipients;
   for (const Address *address : {&to.humanitarian, &to.dev, &to.genesis, &to.admin, &to.bonus_fund})
      out.bytes(*address);
   for (const AlgorithmParams &algorithm : network.algorithms)
      write_algorithm(out, algorithm);
   return hash256(HashKind::parameters, {out.view()});
}

} // namespace nebula::chain
