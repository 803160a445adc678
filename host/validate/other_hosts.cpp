#include "host/validate/other_hosts.h"

#include "host/slots/slot.h"
#include "host/validate/first_release.h"
#include "host/validate/page_end.h"

#include <algorithm>
#include <cstring>

namespace nebula::host::validation {
namespace {

constexpr std::uint32_t k_later_bytes = 64; // of members to come
constexpr std::uint32_t k_later_minor = 99; //
constexpr unsigned char k_poison = 0xA5;

using Change = std::function<void *(const void *table, std::string_view id)>;

std::uint32_t size_of(const void *record) {
   std::uint32_t size = 0;
   std::memcpy(&size, record, sizeof size);
   return size;
}

void set_size(void *record, std::uint32_t size) {
   std::memcpy(record, &size, sizeof size);
}

// Changed tables, each made once: the same question gets the same answer. Any thread.
class Changed {
public:
   explicit Changed(Change change) : change_(std::move(change)) {}
   const void *of(const void *table, std::string_view id) {
      const std::lock_guard lock(mutex_);
      auto &made = made_[table];
      return made ? made : made = change_(table, id);
   }

private:
   const Change change_;
   std::mutex mutex_;
   std::map<const void *, const void *> made_;
};

// What `enter` goes through while a view changes the tables of services; one view in a process does.
struct Entering {
   decltype(neb_ext_services::enter) real = nullptr;
   Changed *changed = nullptr;
};
Entering entering;

const void *enter_changed(neb_slot *slot, neb_guard *guard) {
   const void *table = entering.real(slot, guard);
   return table ? entering.changed->of(table, static_cast<const Slot *>(slot)->id()) : nullptr;
}

class ChangedHost final : public HostView {
public:
   ChangedHost(Change change, bool record, bool extensions, bool services, std::uint32_t minor)
      : change_(change), tables_(std::move(change)), record_(record), extensions_(extensions), services_(services),
        minor_(minor) {}

   const neb_host *record(const neb_host &real) override {
      if (!record_)
         return &real;
      auto *changed = static_cast<neb_host *>(change_(&real, "neb_host"));
      changed->abi_minor = minor_;
      return changed;
   }

   const void *extension(std::string_view id, const void *real) override {
      if (services_ && id == NEB_EXT_SERVICES) {
         entering = {static_cast<const neb_ext_services *>(real)->enter, &tables_};
         auto &own = for_ever<neb_ext_services>(*static_cast<const neb_ext_services *>(real));
         own.enter = enter_changed;
         return extensions_ ? change_(&own, id) : &own;
      }
      return extensions_ ? tables_.of(real, id) : real;
   }

private:
   const Change change_;
   Changed tables_;
   const bool record_;
   const bool extensions_;
   const bool services_;
   const std::uint32_t minor_;
};

void *of_first_release(const void *table, std::string_view id) {
   const std::uint32_t known = id == "neb_host" ? k_first_host : first_release_size(id);
   const std::uint32_t size = known ? std::min(known, size_of(table)) : size_of(table);
   void *copy = at_page_end(table, size, id == "neb_host" ? "the host's record" : "the table of " + std::string(id));
   set_size(copy, size);
   return copy;
}

class UnknownLevelHost final : public HostView {
public:
   const neb_host *record(const neb_host &real) override {
      auto &copy = for_ever<neb_host>(real);
      copy.log_level = &level_;
      return &copy;
   }

private:
   const std::uint32_t level_ = k_unknown_level;
};

template <class Return, class... Arguments>
Return fails(Arguments...) noexcept {
   if constexpr (std::is_same_v<Return, neb_status>)
      return k_unknown_status;
   else
      return Return();
}

template <class Return, class... Arguments>
void make_fail(Return (*&function)(Arguments...)) {
   function = fails<Return, Arguments...>;
}

// The copy of a table whose given functions fail.
template <class Table, class... Functions>
const void *failing(const void *real, Functions Table::*...functions) {
   auto &copy = for_ever<Table>(*static_cast<const Table *>(real));
   (make_fail(copy.*functions), ...);
   return &copy;
}

class FailingHost final : public HostView {
public:
   const void *extension(std::string_view id, const void *real) override {
      if (id == NEB_EXT_EXECUTOR)
         return failing(real, &neb_ext_executor::post, &neb_ext_executor::after, &neb_ext_executor::parallel_for);
      if (id == NEB_EXT_EVENTS)
         return failing(real, &neb_ext_events::loan, &neb_ext_events::publish, &neb_ext_events::subscribe);
      if (id == NEB_EXT_METRICS)
         return failing(real, &neb_ext_metrics::cell, &neb_ext_metrics::histogram);
      if (id == NEB_EXT_HEALTH)
         return failing(real, &neb_ext_health::report, &neb_ext_health::beat);
      if (id == NEB_EXT_KV)
         return failing(real, &neb_ext_kv::open, &neb_ext_kv::begin);
      if (id == NEB_EXT_NODE)
         return failing(real, &neb_ext_node::document, &neb_ext_node::data_dir);
      if (id == NEB_EXT_SERVICES)
         return failing(real, &neb_ext_services::find, &neb_ext_services::watch, &neb_ext_services::list);
      return real;
   }
};

} // namespace

void *enlarged(const void *record, std::uint32_t size) {
   auto *copy = static_cast<unsigned char *>(::operator new(size + k_later_bytes));
   std::memcpy(copy, record, size);
   std::memset(copy + size, k_poison, k_later_bytes);
   set_size(copy, size + k_later_bytes);
   return copy;
}

HostView &first_release_host(Part part) {
   return for_ever<ChangedHost>(of_first_release, part == Part::record, part == Part::extensions,
                                part == Part::services, 0u);
}

HostView &future_host() {
   const Change change = [](const void *table, std::string_view) { return enlarged(table, size_of(table)); };
   return for_ever<ChangedHost>(change, true, true, true, k_later_minor);
}

HostView &unknown_level_host() {
   return for_ever<UnknownLevelHost>();
}

HostView &failing_host() {
   return for_ever<FailingHost>();
}

} // namespace nebula::host::validation
