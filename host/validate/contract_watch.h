#pragma once

/// What a plugin did to its host against the contract, and what it still holds of the host's.

#include "host/validate/host_tags.h"

#include <nebula/nebula.h>

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace nebula::host::validation {

class Rig;

enum class Rule {
   thread,
   state,
   record,
   kv_thread,
   kv_gone,
   kv_ended,
   loans,
   references,
   guards,
   timers,
   health,
   metrics,
   log
};
inline constexpr std::size_t k_rules = 13;

/// One for the process: the tables of the host have no room for a context. Any thread.
class ContractWatch {
public:
   [[nodiscard]] static ContractWatch &get();

   /// From now on the calls of this instance are watched.
   void begin(const Rig &rig);
   /// It was destroyed: nothing may be left open.
   void ended();
   /// The first thing done against a rule; empty: nothing.
   [[nodiscard]] std::string broken(Rule rule) const;
   void violate(Rule rule, std::string text);

   void called(const HostFunction &function);
   void given(const HostFunction &function, const neb_host *host);

   void transaction_begun(const neb_kv_txn *txn);
   /// False: it has ended before, and must not be passed on.
   [[nodiscard]] bool transaction_used(const neb_kv_txn *txn, std::string_view call, bool ends);
   void event_loaned(const neb_event *event);
   [[nodiscard]] bool event_given_back(const neb_event *event, std::string_view call);
   void event_retained(const neb_event *event);
   [[nodiscard]] bool event_released(const neb_event *event);
   void guard_entered(const neb_guard *guard);
   [[nodiscard]] bool guard_left(const neb_guard *guard);
   void timer_taken(const neb_timer *timer);
   [[nodiscard]] bool timer_cancelled(const neb_timer *timer);

private:
   using Lock = std::lock_guard<std::mutex>;
   void note(Rule rule, std::string text); // with the lock held

   mutable std::mutex mutex_;
   const Rig *rig_ = nullptr;
   std::thread::id main_thread_;
   std::array<std::string, k_rules> broken_;
   std::map<const void *, std::thread::id> transactions_;
   std::map<const void *, std::thread::id> guards_;
   std::map<const void *, unsigned> loans_;
   std::map<const void *, unsigned> references_;
   std::map<const void *, unsigned> timers_;
};

} // namespace nebula::host::validation
