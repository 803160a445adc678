#include "host/slots/directory.h"

#include "host/plugin/manifest.h"
#include "host/plugin/tables.h"
#include "host/slots/c_error.h"

#include <nebula/svc/pow-algorithm.h>
#include <nebula/svc/pow-backend.h>
#include <nebula/svc/pow-family.h>

#include <boost/json/array.hpp>

#include <algorithm>
#include <chrono>
#include <optional>

namespace nebula::host {
namespace {

Error invalid(std::string what) {
   return {std::move(what), ErrorKind::unavailable};
}

std::uint64_t steady_ns() {
   return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
         .count());
}

neb_status watch_slot(neb_slot *slot, void (*changed)(void *, std::uint64_t), void *user) {
   if (!slot || !changed)
      return NEB_E_INVALID;
   return static_cast<Slot *>(slot)->watch(changed, user) ? NEB_OK : NEB_E_FULL;
}

} // namespace

Directory::~Directory() = default;

void Directory::set_instances(std::map<std::string, InstanceFacts, std::less<>> instances) {
   instances_ = std::move(instances);
   for (auto &entry : entries_)
      if (const auto facts = instances_.find(entry->provided.instance); facts != instances_.end())
         entry->provided.order = facts->second.order;
   for (auto *slot : fill_slots())
      slot->notify();
}

void Directory::instance_ready(std::string_view instance) {
   bool any = false;
   for (auto &entry : entries_)
      if (entry->provided.instance == instance)
         any = entry->linked = true;
   if (!any)
      return;
   if (pow_)
      pow_->instance_ready(instance);
   for (auto *slot : fill_slots())
      slot->notify();
}

Result<void> Directory::withdraw(std::string_view instance, std::uint64_t timeout_ns) {
   const auto deadline = steady_ns() + timeout_ns;
   const auto left = [deadline] {
      const auto now = steady_ns();
      return now < deadline ? deadline - now : 0;
   };
   std::vector<std::string> ids;
   for (auto &entry : entries_)
      if (entry->provided.instance == instance) {
         entry->linked = false;
         ids.push_back(entry->provided.id);
         if (entry->provided.id == NEB_SVC_POW_FAMILY) // its members
            ids.emplace_back(NEB_SVC_POW_ALGORITHM);
      }
   if (ids.empty())
      return {};
   // Watchers first: a reader may need to be told before it leaves.
   for (auto *slot : fill_slots())
      slot->notify();
   auto outcome = wait_for_readers(ids, left);
   if (pow_)
      if (auto removed = pow_->instance_removed(instance, left()); !removed && outcome)
         outcome = removed;
   for (auto &entry : entries_)
      if (entry->provided.instance == instance && !outcome)
         abandoned_.push_back(std::move(entry));
   std::erase_if(entries_, [&](const auto &entry) { return !entry || entry->provided.instance == instance; });
   return outcome;
}

// All slots of these contracts, not only those that changed now: a reader may still be inside an occupant that an
// earlier change took out.
Result<void> Directory::wait_for_readers(const std::vector<std::string> &ids,
                                         const std::function<std::uint64_t()> &time_left) {
   std::string inside;
   for (auto &seat : seats_)
      if (std::find(ids.begin(), ids.end(), seat.slot->id()) != ids.end() && !seat.slot->quiesce(time_left()))
         inside += (inside.empty() ? "" : ", ") + seat.instance + " (" + seat.slot->id() + ")";
   if (inside.empty())
      return {};
   return Error{"other plugins do not leave its services: " + inside, ErrorKind::temporary};
}

void Directory::end_watches(std::string_view instance) {
   for (auto &seat : seats_)
      if (seat.instance == instance)
         seat.slot->unwatch_all();
   for (auto &[slot, owner] : pow_slots_)
      if (owner == instance)
         slot->unwatch_all();
}

void Directory::forget(std::string_view instance) {
   end_watches(instance);
   std::erase_if(seats_, [&](const Seat &seat) { return seat.instance == instance; });
}

Result<Provided> Directory::make_provided(const InstanceIdentity &provider, const char *id, const char *name,
                                          const char *properties, const void *iface) const {
   if (!id || wrong_with_service_id(id))
      return invalid("the service id \"" + std::string(id ? id : "") +
                     "\" must be NAME/VERSION, such as nebula.http/1");
   const auto facts = instances_.find(provider.instance);
   if (facts != instances_.end()) {
      const auto &named = facts->second.provides;
      if (std::find(named.begin(), named.end(), id) == named.end())
         return invalid("its manifest does not name " + std::string(id) + " under \"provides\"; add it there");
   }
   Provided provided;
   provided.id = id;
   provided.name = name ? name : provider.instance;
   provided.instance = provider.instance;
   provided.plugin = provider.plugin;
   provided.order = facts == instances_.end() ? 0 : facts->second.order;
   if (const char *why = wrong_with_value(provided.name))
      return invalid("the service name \"" + provided.name + "\" " + why);
   auto parsed = parse_properties(properties ? properties : "");
   if (!parsed)
      return parsed.error();
   provided.properties = std::move(*parsed);
   provided.properties["name"] = provided.name;
   provided.properties["plugin"] = provided.plugin;
   provided.properties["instance"] = provided.instance;
   auto table = complete_service(id, iface);
   if (!table)
      return table.error();
   provided.table = *table;
   return provided;
}

Result<void> Directory::announce(const Provided &provided) {
   if (pow_ && provided.id == NEB_SVC_POW_ALGORITHM)
      return pow_->algorithm_added(provided);
   if (pow_ && provided.id == NEB_SVC_POW_BACKEND)
      return pow_->backend_added(provided);
   if (pow_ && provided.id == NEB_SVC_POW_FAMILY)
      return pow_->family_added(provided);
   return {};
}

neb_status Directory::provide(const InstanceIdentity &provider, const char *id, const char *name,
                              const char *properties, const void *iface, neb_error *err) noexcept {
   return guarded(err, [&]() -> neb_status {
      auto provided = make_provided(provider, id, name, properties, iface);
      if (!provided)
         return fail(err, NEB_E_INVALID, provided.error().message);
      std::size_t of_instance = 0;
      for (const auto &entry : entries_) {
         if (entry->provided.instance != provider.instance)
            continue;
         ++of_instance;
         if (entry->provided.id == provided->id && entry->provided.name == provided->name)
            return fail(err, NEB_E_EXISTS,
                        "this instance already provides " + provided->id + " named " + provided->name);
      }
      if (of_instance == k_max_services_of_instance)
         return fail(err, NEB_E_FULL, "an instance provides at most 256 services");
      entries_.push_back(std::make_unique<Entry>(Entry{std::move(*provided), false}));
      if (auto announced = announce(entries_.back()->provided); !announced) {
         entries_.pop_back();
         return fail(err, NEB_E_INVALID, announced.error().message);
      }
      return NEB_OK;
   });
}

std::vector<const Directory::Entry *> Directory::candidates(std::string_view id, std::string_view seeker) const {
   std::vector<const Entry *> found;
   for (const auto &entry : entries_)
      if (entry->provided.id == id && entry->provided.instance != seeker)
         found.push_back(entry.get());
   return found;
}

bool Directory::is_linked(std::string_view instance) const {
   return std::any_of(entries_.begin(), entries_.end(),
                      [&](const auto &entry) { return entry->linked && entry->provided.instance == instance; });
}

const void *Directory::best(const Seat &seat) const {
   Selection selection = seat.selection;
   std::optional<Provided> named; // an algorithm has other names than its own, and may be a member of a family
   if (pow_ && seat.slot->id() == NEB_SVC_POW_ALGORITHM)
      if (const auto name = selection.required("name"))
         if (auto found = pow_->algorithm_named(*name); found && is_linked(found->instance)) {
            selection = selection.with("name", found->name);
            named = std::move(*found);
         }
   auto entries = candidates(seat.slot->id(), seat.instance);
   std::erase_if(entries, [](const Entry *entry) { return !entry->linked; });
   std::vector<Candidate> list;
   for (const auto *entry : entries)
      list.push_back({&entry->provided.properties, entry->provided.order, 0, entry->provided.name});
   if (named && named->instance != seat.instance)
      list.push_back({&named->properties, named->order, 0, named->name});
   const auto verdicts = rank(selection, list);
   if (verdicts.empty() || !verdicts.front().rejected_by.empty())
      return nullptr;
   const std::size_t index = verdicts.front().index;
   return index < entries.size() ? entries[index]->provided.table : named->table;
}

std::vector<Slot *> Directory::fill_slots() {
   std::vector<Slot *> changed;
   for (auto &seat : seats_) {
      const auto before = seat.slot->generation();
      seat.slot->publish(best(seat));
      if (seat.slot->generation() != before)
         changed.push_back(seat.slot.get());
   }
   return changed;
}

Result<void> Directory::anyone_can_fill(const Seat &seat) const {
   const auto &id = seat.slot->id();
   const auto instance = seat.selection.required("instance");
   std::string can;
   const auto provides = [&](const InstanceFacts &facts, std::string_view service) {
      return std::find(facts.provides.begin(), facts.provides.end(), service) != facts.provides.end();
   };
   for (const auto &[name, facts] : instances_) {
      if (name == seat.instance ||
          !(provides(facts, id) || (id == NEB_SVC_POW_ALGORITHM && provides(facts, NEB_SVC_POW_FAMILY))))
         continue;
      if (!instance || *instance == name)
         return {};
      can += (can.empty() ? "" : ", ") + name;
   }
   if (!candidates(id, seat.instance).empty() && !instance)
      return {};
   return Error{"no instance of this node provides " + id + (instance ? " as \"" + std::string(*instance) + "\"" : "") +
                   (can.empty() ? "; enable a plugin that does" : "; these do: " + can),
                ErrorKind::unavailable};
}

Result<Slot *> Directory::find_slot(const InstanceIdentity &seeker, std::string_view id, std::string_view select) {
   if (wrong_with_service_id(id))
      return invalid("the service id \"" + std::string(id.substr(0, 128)) + "\" must be NAME/VERSION");
   auto selection = Selection::parse(select);
   if (!selection)
      return selection.error();
   const auto text = selection->text();
   std::size_t of_instance = 0;
   for (auto &seat : seats_) {
      if (seat.instance != seeker.instance)
         continue;
      ++of_instance;
      if (seat.slot->id() == id && seat.slot->select() == text)
         return seat.slot.get();
   }
   if (of_instance == k_max_slots_of_instance)
      return invalid("an instance has at most 256 slots");
   seats_.push_back(
      {std::string(seeker.instance), std::move(*selection), std::make_unique<Slot>(std::string(id), text)});
   seats_.back().slot->publish(best(seats_.back()));
   return seats_.back().slot.get();
}

neb_status Directory::find(const InstanceIdentity &seeker, std::string_view id, std::string_view select, neb_slot **out,
                           neb_error *err) noexcept {
   return guarded(err, [&]() -> neb_status {
      if (!out)
         return fail(err, NEB_E_INVALID, "find needs a place for the slot");
      *out = nullptr;
      if (pow_ && id == NEB_SVC_POW_BACKEND) {
         auto selection = Selection::parse(select);
         if (!selection)
            return fail(err, NEB_E_INVALID, selection.error().message);
         Slot *slot = nullptr;
         auto found = pow_->find_backend(*selection, seeker.instance, &slot);
         if (slot)
            pow_slots_[slot] = seeker.instance;
         *out = slot;
         return found ? NEB_OK : fail(err, slot ? NEB_E_NOT_FOUND : NEB_E_INVALID, found.error().message);
      }
      auto slot = find_slot(seeker, id, select);
      if (!slot)
         return fail(err, NEB_E_INVALID, slot.error().message);
      *out = *slot;
      const auto seat =
         std::find_if(seats_.begin(), seats_.end(), [&](const Seat &one) { return one.slot.get() == *slot; });
      if (auto can = anyone_can_fill(*seat); !can)
         return fail(err, NEB_E_NOT_FOUND, can.error().message);
      const auto name = seat->selection.required("name");
      if (pow_ && id == NEB_SVC_POW_ALGORITHM && name)
         if (auto named = pow_->algorithm_named(*name); !named && named.error().kind == ErrorKind::usage)
            return fail(err, NEB_E_NOT_FOUND, named.error().message); // its family refuses it for good
      return NEB_OK;
   });
}

neb_status Directory::list(const InstanceIdentity &seeker, std::string_view id,
                           void (*each)(void *user, neb_str name, neb_str properties), void *user) noexcept {
   return guarded(nullptr, [&]() -> neb_status {
      if (!each)
         return NEB_E_INVALID;
      for (const auto *entry : candidates(id, seeker.instance)) {
         const auto properties = to_text(entry->provided.properties);
         const auto &name = entry->provided.name;
         each(user, {name.data(), name.size()}, {properties.data(), properties.size()});
      }
      if (!pow_ || id != NEB_SVC_POW_ALGORITHM)
         return NEB_OK;
      for (const auto &member : pow_->family_members()) {
         if (member.instance == seeker.instance)
            continue;
         const auto properties = to_text(member.properties);
         each(user, {member.name.data(), member.name.size()}, {properties.data(), properties.size()});
      }
      return NEB_OK;
   });
}

SlotFunctions Directory::slot_functions() const noexcept {
   return {[](neb_slot *slot, neb_guard *guard) { return enter(slot, guard); }, [](neb_guard *guard) { leave(guard); },
           &watch_slot};
}

void Directory::lost(std::string_view instance, std::string_view why) noexcept {
   if (pow_)
      (void)guarded(nullptr, [&]() -> neb_status {
         pow_->instance_lost(instance, why);
         return NEB_OK;
      });
}

void Directory::renewed(std::string_view instance) noexcept {
   if (pow_)
      (void)guarded(nullptr, [&]() -> neb_status {
         pow_->instance_renewed(instance);
         return NEB_OK;
      });
}

std::vector<const Provided *> Directory::services_of(std::string_view instance) const {
   std::vector<const Provided *> services;
   for (const auto &entry : entries_)
      if (entry->provided.instance == instance)
         services.push_back(&entry->provided);
   return services;
}

Result<boost::json::object> Directory::explain(std::string_view id, std::string_view select) const {
   auto selection = Selection::parse(select);
   if (!selection)
      return selection.error();
   const auto entries = candidates(id, {});
   std::vector<Candidate> list;
   for (const auto *entry : entries)
      list.push_back({&entry->provided.properties, entry->provided.order, 0, entry->provided.name});
   boost::json::array out;
   bool first = true;
   for (const auto &verdict : rank(*selection, list)) {
      const auto &provided = entries[verdict.index]->provided;
      boost::json::object one{{"name", provided.name},
                              {"instance", provided.instance},
                              {"plugin", provided.plugin},
                              {"properties", to_text(provided.properties)},
                              {"preference", verdict.preference},
                              {"chosen", first && verdict.rejected_by.empty()}};
      first = false;
      if (!verdict.rejected_by.empty())
         one["rejected_by"] = verdict.rejected_by;
      out.push_back(std::move(one));
   }
   return boost::json::object{{"id", id}, {"select", selection->text()}, {"candidates", std::move(out)}};
}

} // namespace nebula::host
