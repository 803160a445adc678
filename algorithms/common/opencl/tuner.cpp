#include "common/opencl/tuner.h"

#include <algorithm>
#include <cassert>
#include <charconv>

namespace nebula::common::opencl {
namespace {

constexpr std::string_view k_before = "local=";

} // namespace

Tuner::Tuner(std::vector<std::size_t> candidates) {
   assert(!candidates.empty());
   for (const std::size_t local : candidates)
      candidates_.push_back({.local = local});
   if (candidates_.size() == 1)
      best_ = candidates_.front().local;
}

std::size_t Tuner::next(bool comparable) noexcept {
   if (best_)
      return *best_;
   if (comparable)
      for (Candidate &candidate : candidates_)
         if (candidate.launched < k_tuning_trials) {
            ++candidate.launched;
            return candidate.local;
         }
   return candidates_.front().local;
}

void Tuner::report(std::size_t local, std::uint64_t nonces, std::uint64_t ns) noexcept {
   if (best_ || nonces == 0 || ns == 0)
      return;
   const double each = static_cast<double>(ns) / static_cast<double>(nonces);
   for (Candidate &candidate : candidates_)
      if (candidate.local == local && candidate.reported < candidate.launched) {
         candidate.ns_per_nonce = candidate.reported == 0 ? each : std::min(candidate.ns_per_nonce, each);
         ++candidate.reported;
      }
   if (std::all_of(candidates_.begin(), candidates_.end(),
                   [](const Candidate &c) { return c.reported >= k_tuning_trials; }))
      best_ = std::min_element(candidates_.begin(), candidates_.end(), [](const Candidate &a, const Candidate &b) {
                 return a.ns_per_nonce < b.ns_per_nonce;
              })->local;
}

void Tuner::recall(std::span<const std::uint8_t> remembered) noexcept {
   const std::string_view text(reinterpret_cast<const char *>(remembered.data()), remembered.size());
   if (!text.starts_with(k_before))
      return;
   std::size_t local = 0;
   const char *end = text.data() + text.size();
   const auto [stop, error] = std::from_chars(text.data() + k_before.size(), end, local);
   if (error != std::errc{} || stop != end)
      return;
   for (const Candidate &candidate : candidates_)
      if (candidate.local == local)
         best_ = local;
}

std::string Tuner::remembered() const {
   assert(best_);
   return std::string(k_before) + std::to_string(*best_);
}

} // namespace nebula::common::opencl
