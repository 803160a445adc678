#include "host/pow/registry.h"

#include "host/config/suggest.h"
#include "host/plugin/tables.h"
#include "host/slots/c_error.h"

#include <nebula/text.hpp>

#include <algorithm>
#include <iterator>

namespace nebula::host {

namespace {

Error refused(std::string message) {
   return {std::move(message), ErrorKind::configuration};
}

Result<void> check_table(const neb_pow_algorithm &table, const std::string &provided_name) {
   if (!table.name || !*table.name || table.vector_count == 0 || !table.vectors)
      return refused("algorithm '" + provided_name + "' needs a name and at least one known answer");
   if ((table.nonce_bytes != 4 && table.nonce_bytes != 8) || table.digest_bytes > NEB_POW_DIGEST_MAX)
      return refused(std::string("algorithm '") + table.name +
                     "' must have a nonce of 4 or 8 bytes and a digest of at most 64");
   return {};
}

/// What a member, or a backend of it, is provided as: by the family's instance, in the family's place.
Provided provided_by(const Provided &family, const char *id, std::string name, Properties properties,
                     const void *table) {
   Provided provided = family;
   provided.id = id;
   provided.name = std::move(name);
   provided.properties = std::move(properties);
   provided.properties["name"] = provided.name;
   provided.properties["plugin"] = family.plugin;
   provided.properties["instance"] = family.instance;
   provided.table = table;
   return provided;
}

/// A backend of a member with the host's completed table.
Result<Provided> member_backend(const Provided &family, const neb_pow_member_backend &given,
                                const std::string &algorithm) {
   auto properties = parse_properties(given.properties ? given.properties : "");
   if (!properties)
      return properties.error();
   properties->insert_or_assign("algorithm", algorithm);
   auto table = complete_service(NEB_SVC_POW_BACKEND, given.backend);
   if (!table)
      return table.error();
   const char *name = static_cast<const neb_pow_backend *>(*table)->name;
   return provided_by(family, NEB_SVC_POW_BACKEND, name ? name : "", std::move(*properties), *table);
}

} // namespace

Result<void> Registry::add_algorithm(const Provided &provided) {
   const auto *table = static_cast<const neb_pow_algorithm *>(provided.table);
   if (auto sound = check_table(*table, provided.name); !sound)
      return sound;
   auto entry = std::make_shared<const AlgorithmEntry>(provided);
   auto names = entry->aliases();
   names.emplace_back(table->name);
   const std::lock_guard lock(mutex_);
   for (const std::string &name : names)
      if (const Entry known = named(name))
         return refused("algorithm '" + name + "' is already provided by '" + known->instance() +
                        "'; enable one of the two");
   algorithms_.emplace(table->name, std::move(entry));
   return {};
}

Result<void> Registry::add_family(const Provided &provided) {
   const auto *table = static_cast<const neb_pow_family *>(provided.table);
   const std::string name = table->name ? table->name : "";
   if (name.empty() || name.find(':') != std::string::npos)
      return refused("a family of algorithms needs a name without ':', such as yescrypt");
   const std::lock_guard lock(mutex_);
   const auto [place, added] = families_.emplace(name, provided);
   if (!added)
      return refused("the family '" + name + "' is already provided by '" + place->second.instance +
                     "'; enable one of the two");
   return {};
}

Result<void> Registry::check_backend(const Provided &provided) const {
   const auto *table = static_cast<const neb_pow_backend *>(provided.table);
   if (!table->name || !*table->name)
      return refused("a backend needs a name, such as cosmic-harmony/avx2");
   const auto property = provided.properties.find("algorithm");
   if (!table->algorithm || property == provided.properties.end() || property->second != table->algorithm)
      return refused(std::string("backend '") + table->name + "' must have the property algorithm=" +
                     (table->algorithm ? property_value(table->algorithm) : "NAME") + ", the same as in its table");
   if (backends_.size() >= k_contenders_max)
      return refused("this node takes at most 1024 backends");
   for (const auto &other : backends_)
      if (other->name() == table->name)
         return refused(std::string("backend '") + table->name + "' is already provided by '" +
                        other->provided().instance + "'");
   return {};
}

Result<void> Registry::add_backend(const Provided &provided) {
   const std::lock_guard lock(mutex_);
   if (auto sound = check_backend(provided); !sound)
      return sound;
   backends_.push_back(std::make_shared<Contender>(provided, static_cast<const neb_pow_backend *>(provided.table)));
   return {};
}

void Registry::set_ready(std::string_view instance) {
   const std::lock_guard lock(mutex_);
   ready_.emplace(instance);
}

std::vector<std::shared_ptr<Contender>> Registry::remove(std::string_view instance) {
   std::vector<std::shared_ptr<Contender>> gone;
   const std::lock_guard nobody_makes_one(making_);
   const std::lock_guard lock(mutex_);
   if (const auto place = ready_.find(instance); place != ready_.end())
      ready_.erase(place);
   for (auto algorithm = algorithms_.begin(); algorithm != algorithms_.end();) {
      if (algorithm->second->instance() != instance) {
         ++algorithm;
         continue;
      }
      gone.push_back(algorithm->second->reference());
      members_.erase(algorithm->first);
      std::erase_if(spellings_, [&](const auto &one) { return one.second == algorithm->first; });
      algorithm = algorithms_.erase(algorithm);
   }
   std::erase_if(families_, [&](const auto &family) { return family.second.instance == instance; });
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

Registry::Entry Registry::named(std::string_view name) const {
   if (const auto spelling = spellings_.find(name); spelling != spellings_.end())
      name = spelling->second;
   if (const auto place = algorithms_.find(name); place != algorithms_.end())
      return place->second;
   for (const auto &[own_name, entry] : algorithms_)
      if (entry->is_called(name))
         return entry;
   return nullptr;
}

const Provided *Registry::family_of(std::string_view name) const {
   const auto colon = name.find(':');
   const auto place = colon == std::string_view::npos ? families_.end() : families_.find(name.substr(0, colon));
   return place == families_.end() ? nullptr : &place->second;
}

/// With making_ held, so that the family's instance cannot leave meanwhile, and without mutex_: the call goes into the
/// plugin, which makes tables and known answers (milliseconds) or, in a process of its own, may die of it.
Result<Registry::Entry> Registry::member(const Provided &family, std::string_view name) const {
   const auto *table = static_cast<const neb_pow_family *>(family.table);
   const std::string_view parameters = name.substr(name.find(':') + 1);
   const neb_pow_member *made = nullptr;
   neb_error error = make_error();
   const neb_status status = table->member(table, {parameters.data(), parameters.size()}, &made, &error);
   if (status != NEB_OK || !made) {
      const std::string why = text_of(error);
      return Error{"the family '" + std::string(table->name) + "' has no algorithm \"" + std::string(name) +
                      "\": " + (why.empty() ? "status " + std::to_string(status) : why) +
                      (table->parameters ? std::string("; its parameters: ") + table->parameters : ""),
                   ErrorKind::usage};
   }
   const std::lock_guard lock(mutex_);
   const auto known =
      made->algorithm && made->algorithm->name ? algorithms_.find(made->algorithm->name) : algorithms_.end();
   auto entry = known != algorithms_.end() ? Result<Entry>(known->second) : register_member(family, *made);
   if (entry && spellings_.size() < k_spellings_max)
      spellings_.emplace(name, (*entry)->table().name);
   return entry;
}

/// All or nothing: a member with a backend that cannot be taken is not taken.
Result<Registry::Entry> Registry::register_member(const Provided &family, const neb_pow_member &member) const {
   if (members_.size() >= k_members_max)
      return refused("this node takes at most 256 members of families");
   auto table = complete_service(NEB_SVC_POW_ALGORITHM, member.algorithm);
   if (!table)
      return table.error();
   const auto *algorithm = static_cast<const neb_pow_algorithm *>(*table);
   if (auto sound = check_table(*algorithm, family.name); !sound)
      return sound.error();
   const std::string name = algorithm->name;
   if (family_of(name) != &family)
      return refused("the family '" + family.name + "' names a member '" + name + "', not after itself and a colon");
   std::vector<std::shared_ptr<Contender>> made;
   for (std::uint32_t i = 0; i < member.backend_count; ++i) {
      auto backend = member_backend(family, member.backends[i], name);
      if (!backend)
         return backend.error().within(name);
      if (auto sound = check_backend(*backend); !sound)
         return sound.error().within(name);
      made.push_back(std::make_shared<Contender>(*backend, static_cast<const neb_pow_backend *>(backend->table)));
   }
   auto entry = std::make_shared<const AlgorithmEntry>(provided_by(family, NEB_SVC_POW_ALGORITHM, name, {}, algorithm));
   backends_.insert(backends_.end(), made.begin(), made.end());
   members_.insert(name);
   algorithms_.emplace(name, entry);
   return entry;
}

Error Registry::unknown(std::string_view name) const {
   std::vector<std::string> names;
   for (const auto &[own_name, entry] : algorithms_) {
      names.push_back(own_name);
      for (std::string &alias : entry->aliases())
         names.push_back(std::move(alias));
   }
   return {"no enabled plugin provides the algorithm '" + std::string(name) + "'" + config::suggestion(name, names),
           ErrorKind::unavailable};
}

Result<Registry::Entry> Registry::find(std::string_view name) const {
   auto known = find_known(name);
   if (known || known.error().kind != ErrorKind::usage)
      return known;
   const std::lock_guard one_at_a_time(making_);
   const Provided *family = nullptr;
   {
      const std::lock_guard lock(mutex_);
      family = family_of(name);
      if (!family)
         return unknown(name);
   }
   return member(*family, name);
}

/// Of kind usage: a ready family may make it.
Result<Registry::Entry> Registry::find_known(std::string_view name) const {
   const std::lock_guard lock(mutex_);
   const auto not_ready = [&](const std::string &instance) {
      return Error{"'" + instance + "', which provides the algorithm '" + std::string(name) + "', is not ready yet",
                   ErrorKind::temporary};
   };
   if (auto entry = named(name))
      return ready_.contains(entry->instance()) ? Result<Entry>(std::move(entry)) : not_ready(entry->instance());
   const Provided *family = family_of(name);
   if (!family)
      return unknown(name);
   return ready_.contains(family->instance) ? Error{std::string(name), ErrorKind::usage} : not_ready(family->instance);
}

std::shared_ptr<const AlgorithmEntry> Registry::algorithm(std::string_view name) const {
   auto found = find(name);
   return found ? std::move(*found) : nullptr;
}

Result<void> Registry::check_name(std::string_view name) const {
   const auto found = find(name);
   if (found || found.error().kind == ErrorKind::temporary)
      return {};
   return found.error();
}

std::string Registry::canonical(std::string_view name) const {
   const auto entry = algorithm(name);
   return entry ? entry->table().name : std::string(name);
}

std::vector<Provided> Registry::members() const {
   const std::lock_guard lock(mutex_);
   std::vector<Provided> all;
   for (const std::string &name : members_)
      all.push_back(algorithms_.find(name)->second->provided());
   return all;
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
   const auto computes = [&](const std::string_view name) {
      return entry ? entry->is_called(name) : name == algorithm;
   };
   for (const auto &backend : backends_)
      if (computes(backend->table()->algorithm) && ready_.contains(backend->provided().instance))
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
