#include "host/pow/algorithm_entry.h"

#include "host/pow/reference.h"
#include "host/util/clock.h"

#include <algorithm>

namespace nebula::host {

namespace {

constexpr std::size_t k_aliases_max = 16; // as many as any algorithm has; a list without its NULL ends here

/// The reference as if its plugin had provided it, so that selection sees it like every other backend.
Provided provided_of(const Provided &algorithm, const neb_pow_backend *table) {
   Provided provided = algorithm;
   provided.id = NEB_SVC_POW_BACKEND;
   provided.name = table->name;
   provided.table = table;
   provided.properties = {{"algorithm", table->algorithm}, {"device", "cpu"},     {"instance", algorithm.instance},
                          {"kind", "reference"},           {"name", table->name}, {"plugin", algorithm.plugin}};
   return provided;
}

} // namespace

AlgorithmEntry::AlgorithmEntry(const Provided &provided)
   : provided_(provided), table_(static_cast<const neb_pow_algorithm *>(provided.table)), backend_(*table_),
     reference_(std::make_shared<Contender>(provided_of(provided, backend_.table()), backend_.table())) {}

std::vector<std::string> AlgorithmEntry::aliases() const {
   std::vector<std::string> names;
   for (const char *const *alias = table_->aliases; alias && *alias && names.size() < k_aliases_max; ++alias)
      names.emplace_back(*alias);
   return names;
}

bool AlgorithmEntry::is_called(std::string_view name) const noexcept {
   if (name == table_->name)
      return true;
   std::size_t seen = 0;
   for (const char *const *alias = table_->aliases; alias && *alias && seen < k_aliases_max; ++alias, ++seen)
      if (name == *alias)
         return true;
   return false;
}

std::uint64_t AlgorithmEntry::reference_ns() const {
   if (const std::uint64_t known = reference_ns_.load())
      return known;
   Reference reference(*table_);
   const RealClock clock;
   std::uint8_t digest[NEB_POW_DIGEST_MAX];
   std::uint64_t best = 1'000'000; // nothing can be hashed: a guess that keeps the audit cheap
   for (std::uint32_t i = 0; i < table_->vector_count; ++i) {
      const neb_pow_vector &vector = table_->vectors[i];
      const std::span<const std::uint8_t> input(vector.input.ptr, vector.input.len);
      if (reference.hash(vector.epoch, input, digest) != NEB_OK) // the first time prepares
         continue;
      const std::uint64_t start = clock.monotonic_ns();
      std::uint64_t rounds = 0, spent = 0;
      do {
         (void)reference.hash(vector.epoch, input, digest);
         ++rounds;
         spent = clock.monotonic_ns() - start;
      } while (spent < 100'000 && rounds < 1000);
      best = spent / rounds;
      break;
   }
   const std::uint64_t measured = std::max<std::uint64_t>(best, 1);
   reference_ns_.store(measured);
   return measured;
}

} // namespace nebula::host
