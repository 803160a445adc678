#include "host/validate/contract_watch.h"

#include "host/validate/host_view.h"
#include "host/validate/rig.h"

namespace nebula::host::validation {
namespace {

std::string named(const HostFunction &function) {
   return std::string(function.table) + "." + std::string(function.name);
}

} // namespace

ContractWatch &ContractWatch::get() {
   static auto &watch = for_ever<ContractWatch>();
   return watch;
}

void ContractWatch::begin(const Rig &rig) {
   const Lock lock(mutex_);
   rig_ = &rig;
   main_thread_ = std::this_thread::get_id();
}

std::string ContractWatch::broken(Rule rule) const {
   const Lock lock(mutex_);
   return broken_.at(static_cast<std::size_t>(rule));
}

void ContractWatch::note(Rule rule, std::string text) {
   auto &first = broken_.at(static_cast<std::size_t>(rule));
   if (first.empty())
      first = std::move(text);
}

void ContractWatch::violate(Rule rule, std::string text) {
   const Lock lock(mutex_);
   note(rule, std::move(text));
}

void ContractWatch::called(const HostFunction &function) {
   const Lock lock(mutex_);
   if (!rig_)
      return;
   const std::string rule = "; it is [" + std::string(function.tag) + "]";
   if (wants_main_thread(function.tag) && std::this_thread::get_id() != main_thread_)
      return note(Rule::thread, "it called " + named(function) + " on a thread of its own" + rule);
   const auto state = rig_->instance().state();
   if (!admits_state(function.tag, state, rig_->in_init()))
      note(Rule::state, "it called " + named(function) + " when it was " +
                           (rig_->in_init() ? "in init" : std::string(to_string(state))) + rule);
}

void ContractWatch::given(const HostFunction &function, const neb_host *host) {
   const Lock lock(mutex_);
   if (rig_ && host != rig_->host())
      note(Rule::record, "it called " + named(function) +
                            " with another host record than `create` was given; keep that pointer, not a copy");
}

void ContractWatch::transaction_begun(const neb_kv_txn *txn) {
   const Lock lock(mutex_);
   transactions_[txn] = std::this_thread::get_id();
}

bool ContractWatch::transaction_used(const neb_kv_txn *txn, std::string_view call, bool ends) {
   const Lock lock(mutex_);
   const auto found = transactions_.find(txn);
   if (found == transactions_.end()) {
      note(Rule::kv_gone, "it called nebula.kv/1 " + std::string(call) +
                             " with a transaction that has ended; commit and abort end it, whatever they return");
      return false;
   }
   if (found->second != std::this_thread::get_id())
      note(Rule::kv_thread, "it called nebula.kv/1 " + std::string(call) +
                               " on another thread than began the transaction; it belongs to that thread");
   if (ends)
      transactions_.erase(found);
   return true;
}

void ContractWatch::event_loaned(const neb_event *event) {
   const Lock lock(mutex_);
   ++loans_[event];
}

bool ContractWatch::event_given_back(const neb_event *event, std::string_view call) {
   const Lock lock(mutex_);
   if (loans_.erase(event) == 1)
      return true;
   note(Rule::loans, "it called nebula.events/1 " + std::string(call) +
                        " with an event it does not own; publish and discard take it, also when they fail");
   return false;
}

void ContractWatch::event_retained(const neb_event *event) {
   const Lock lock(mutex_);
   ++references_[event];
}

bool ContractWatch::event_released(const neb_event *event) {
   const Lock lock(mutex_);
   const auto found = references_.find(event);
   if (found == references_.end()) {
      note(Rule::references, "it released an event that it had not retained; each retain has one release");
      return false;
   }
   if (--found->second == 0)
      references_.erase(found);
   return true;
}

void ContractWatch::guard_entered(const neb_guard *guard) {
   const Lock lock(mutex_);
   guards_[guard] = std::this_thread::get_id();
}

bool ContractWatch::guard_left(const neb_guard *guard) {
   const Lock lock(mutex_);
   const auto found = guards_.find(guard);
   if (found == guards_.end()) {
      note(Rule::guards, "it left a slot that it had not entered; leave once for each enter that gave a table");
      return false;
   }
   const bool own = found->second == std::this_thread::get_id();
   if (!own)
      note(Rule::guards, "it left a slot on another thread than it had entered it; enter and leave on one thread");
   guards_.erase(found);
   return own;
}

void ContractWatch::timer_taken(const neb_timer *timer) {
   const Lock lock(mutex_);
   ++timers_[timer];
}

bool ContractWatch::timer_cancelled(const neb_timer *timer) {
   const Lock lock(mutex_);
   if (timers_.erase(timer) == 1)
      return true;
   note(Rule::timers, "it cancelled a timer twice; cancel frees the handle");
   return false;
}

void ContractWatch::ended() {
   const Lock lock(mutex_);
   const auto left = [](std::size_t count, const char *what) {
      return "at its end " + std::to_string(count) + " " + what;
   };
   if (!transactions_.empty())
      note(Rule::kv_ended, left(transactions_.size(), "transactions are open; commit or abort each"));
   if (!loans_.empty())
      note(Rule::loans, left(loans_.size(), "loaned events are neither published nor discarded"));
   if (!references_.empty())
      note(Rule::references, left(references_.size(), "events are retained; each retain needs one release"));
   if (!guards_.empty())
      note(Rule::guards, left(guards_.size(), "slots are entered; leave each, once per batch of work"));
   if (!timers_.empty())
      note(Rule::timers, left(timers_.size(), "timer handles are held; cancel each once, also after it ran"));
}

} // namespace nebula::host::validation
