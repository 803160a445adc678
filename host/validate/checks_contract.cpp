// Group "contract": every call of the plugin to its host is watched, on which thread, in which state, and whether it
// gives back what it takes. One life for each check: a plugin that breaks one rule is told about that one.
#include "host/validate/check.h"
#include "host/validate/child.h"
#include "host/validate/contract_watch.h"
#include "host/validate/rigged.h"
#include "host/validate/strict_host.h"

#include <nebula/svc/status.h>

#include <chrono>
#include <thread>

namespace nebula::host::validation {
namespace {

constexpr auto k_working_time = std::chrono::milliseconds(20); // for its threads, timers and tasks to do something

// The status may be asked for on any thread.
void ask_status(const Rig &rig) {
   const auto *view = static_cast<const neb_status_view *>(rig.table()->get_extension(rig.table(), NEB_SVC_STATUS));
   if (view && view->size >= offsetof(neb_status_view, write) + sizeof view->write && view->write)
      (void)view->write(
         view, [](void *, neb_bytes) {}, nullptr);
}

Verdict keeps(Subject &subject, Rule rule) {
   return with_rig(subject, {.view = &strict_host()}, [&](Rig &rig) {
      if (auto done = rig.bring_up(true); !done)
         return Verdict::fail(done.error().message);
      ChildPipe::step("working");
      std::thread(ask_status, std::cref(rig)).join();
      std::this_thread::sleep_for(k_working_time);
      (void)rig.drain();
      (void)rig.stop();
      rig.destroy();
      ContractWatch::get().ended();
      const auto broken = ContractWatch::get().broken(rule);
      return broken.empty() ? Verdict::pass() : Verdict::fail(broken);
   });
}

template <Rule Kept>
Verdict keeps(Subject &subject) {
   return keeps(subject, Kept);
}

constexpr unsigned k_long_s = 30;

constexpr Check k_checks[] = {
   {"contract.thread", "It calls functions of the main thread there", "life.stop", keeps<Rule::thread>, k_long_s},
   {"contract.state", "It calls functions of one state in that state", "life.stop", keeps<Rule::state>, k_long_s},
   {"contract.record", "It calls its host with the record it was given", "life.stop", keeps<Rule::record>, k_long_s},
   {"contract.kv-thread", "A transaction stays on its thread", "life.stop", keeps<Rule::kv_thread>, k_long_s},
   {"contract.kv-gone", "A transaction that has ended is used no more", "life.stop", keeps<Rule::kv_gone>, k_long_s},
   {"contract.kv-ended", "Every transaction is ended", "life.stop", keeps<Rule::kv_ended>, k_long_s},
   {"contract.loans", "Every loaned event is published or discarded, once", "life.stop", keeps<Rule::loans>, k_long_s},
   {"contract.references", "Every event it retains is released, once", "life.stop", keeps<Rule::references>, k_long_s},
   {"contract.guards", "Every slot it enters is left, on the same thread", "life.stop", keeps<Rule::guards>, k_long_s},
   {"contract.timers", "Every timer handle is cancelled, once", "life.stop", keeps<Rule::timers>, k_long_s},
   {"contract.health", "Its health reports are accepted", "life.stop", keeps<Rule::health>, k_long_s},
   {"contract.metrics", "Its metrics are accepted", "life.stop", keeps<Rule::metrics>, k_long_s},
   {"contract.log", "It logs with levels that exist", "life.stop", keeps<Rule::log>, k_long_s},
};

} // namespace

std::span<const Check> contract_checks() {
   return k_checks;
}

} // namespace nebula::host::validation
