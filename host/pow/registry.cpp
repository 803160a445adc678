#include "host/pow/registry.h"

#include <algorithm>
#include <iterator>

namespace nebula::host {

namespace {

Error refused(std::string message) {
   return {std::move(message), ErrorKind::configuration};
}

} // namespace

Result<void> Registry::add_algorithm(const Provided &provided) {
   const auto *table = static_cast<const neb_pow_algorithm *>(provided.table);
   if (!table->name || !*table->name || table->vector_count == 0 || !table->vectors)
      return refused("algorithm '" + provided.name + "' needs a name and at least one known answer");
   if ((table->nonce_bytes != 4 && table->nonce_bytes != 8) || table->digest_bytes > NEB_POW_DIGEST_MAX)
      return refused(std::string("algorithm '") + table->name +
                     "' must have a nonce of 4 or 8 bytes and a digest of at most 64");
   const std::lock_guard lock(mutex_);
   const auto known = algorithms_.find(table->name);
   if (known != algorithms_.end())
      return refused(std::string("algorithm '") + table->name + "' is already provided by '" +
                     known->second->instance() + "'; enable one of the two");
   algorithms_.emplace(table->name, std::make_shared<const AlgorithmEntry>(provided));
   return {};
}

Result<void> Registry::add_backend(const Provided &provided) {
   const auto *table = static_cast<const neb_pow_backend *>(provided.table);
   if (!table->name || !*table->name)
      return refused("a backend needs a name, such as cosmic-harmony/avx2");
   const auto property = provided.properties.find("algorithm");
   if (!table->algorithm || property == provided.properties.end() || property->second != table->algorithm)
      return refused(std::string("backend '") + table->name + "' must have the property algorithm=" +
                     (table->algorithm ? table->algorithm : "NAME") + ", the same as in its table");
   const std::lock_guard lock(mutex_);
   if (backends_.size() >= k_contenders_max)
      return refused("this node takes at most 1024 backends");
   for (const auto &other : backends_)
      if (other->name() == table->name)
         return refused(std::string("backend '") + table->name + "' is already provided by '" +
                        other->provided().instance + "'");
   backends_.push_back(std::make_shared<Contender>(provided, table));
   return {};
}

void Registry::set_ready(std::string_view instance) {
   const std::lock_guard lock(mutex_);
   ready_.emplace(instance);
}

std::vector<std::shared_ptr<Contender>> Registry::remove(std::string_view instance) {
   std::vector<std::shared_ptr<Contender>> gone;
   const std::lock_guard lock(mutex_);
   if (const auto place = ready_.find(instance); place != ready_.end())
      ready_.erase(place);
   for (auto algorithm = algorithms_.begin(); algorithm != algorithms_.end();) {
      if (algorithm->second->instance() != instance) {
         ++algorithm;
         continue;
      }
      gone.push_back(algorithm->second->reference());
      algorithm = algorithms_.erase(algorithm);
   }
   const auto leaves = [&](const auto &backend) { return backend->provided().instance == instance; };
   std::copy_if(backends_.begin(), backends_.end(), std::back_inserter(gone), leaves);
   std::copy_if(former_.begin(), former_.end(), std::back_inserter(gone), leaves);
   std::erase_if(backends_, leaves);
   std::erase_if(former_, leaves);
   return gone;
}

void Registry::lose(std::string_view instance, const std::string &why) {
   const auto lose_one = [&](const std::shared_ptr<Contender> &contender) {
      if (contender->provided().instance == instance && contender->standing() != Standing::quarantined)
         (void)contender->move_to(Standing::gone, why);
   };
   const std::lock_guard lock(mutex_);
   std::for_each(backends_.begin(), backends_.end(), lose_one);
   for (const auto &[name, entry] : algorithms_)
      lose_one(entry->reference());
}

void Registry::renew(std::string_view instance) {
   const std::lock_guard lock(mutex_);
   std::erase_if(former_, [](const auto &contender) { return contender.use_count() == 1; });
   const auto lost = [&](const std::shared_ptr<Contender> &contender) {
      return contender->provided().instance == instance && contender->standing() == Standing::gone;
   };
   for (auto &backend : backends_)
      if (lost(backend)) {
         former_.push_back(backend);
         backend = std::make_shared<Contender>(backend->provided(), backend->table());
      }
   for (auto &[name, entry] : algorithms_)
      if (lost(entry->reference())) {
         former_.push_back(entry->reference());
         entry = std::make_shared<const AlgorithmEntry>(entry->provided());
      }
}

void Registry::abandon() {
   const std::lock_guard lock(mutex_);
   for (const auto &backend : backends_)
      (void)backend->move_to(Standing::gone, "the node ends");
   for (const auto &[name, entry] : algorithms_)
      (void)entry->reference()->move_to(Standing::gone, "the node ends");
}

std::shared_ptr<const AlgorithmEntry> Registry::algorithm(std::string_view name) const {
   const std::lock_guard lock(mutex_);
   const auto place = algorithms_.find(name);
   return place != algorithms_.end() && ready_.contains(place->second->instance()) ? place->second : nullptr;
}

std::vector<std::string> Registry::algorithms() const {
   const std::lock_guard lock(mutex_);
   std::vector<std::string> names;
   for (const auto &[name, entry] : algorithms_)
      names.push_back(name);
   return names;
}

std::vector<std::shared_ptr<Contender>> Registry::contenders(std::string_view algorithm) const {
   std::vector<std::shared_ptr<Contender>> found;
   const auto entry = this->algorithm(algorithm);
   const std::lock_guard lock(mutex_);
   for (const auto &backend : backends_)
      if (algorithm == backend->table()->algorithm && ready_.contains(backend->provided().instance))
         found.push_back(backend);
   if (entry)
      found.push_back(entry->reference());
   return found;
}

std::shared_ptr<Contender> Registry::contender(std::string_view name) const {
   for (const std::string &algorithm : algorithms())
      for (const auto &contender : contenders(algorithm))
         if (contender->name() == name)
            return contender;
   return nullptr;
}

std::vector<Considered> consider(const Selection &select, const std::vector<std::shared_ptr<Contender>> &contenders) {
   std::vector<Candidate> candidates;
   for (const auto &contender : contenders)
      candidates.push_back(
         {&contender->provided().properties, contender->provided().order, contender->rate(), contender->name()});
   std::vector<Considered> considered;
   for (const Verdict &verdict : rank(select, candidates))
      considered.push_back({contenders[verdict.index], verdict.preference, verdict.rejected_by});
   return considered;
}

} // namespace nebula::host
