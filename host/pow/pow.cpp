#include "host/pow/pow.h"

#include "host/pow/gate.h"
#include "host/util/clock.h"

#include <nebula/ext/health.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <thread>

namespace nebula::host {

namespace {

/// Those that fit, best first.
std::vector<Considered> admitted(const Selection &select, const std::vector<std::shared_ptr<Contender>> &contenders) {
   auto order = consider(select, contenders);
   std::erase_if(order, [](const Considered &one) { return !one.rejected_by.empty(); });
   return order;
}

// A decision waits this long for a gate; then it goes on without that backend, and is made again when the gate ended.
// The gate of a fast algorithm takes 30 ms.
constexpr std::uint64_t k_gate_patience_ns = 250'000'000;

Error unavailable(std::string message) {
   return {std::move(message), ErrorKind::unavailable};
}

} // namespace

Pow::Pow(PowEnvironment environment)
   : environment_(std::move(environment)), journal_(environment_.journal_file), door_(std::make_shared<Door>()),
     gatekeeper_([this](const auto &contender, const auto &report) { judge(contender, report); },
                 [this] { tasks_.post([this] { decide_all(); }); }) {
   door_->pow = this;
}

Pow::~Pow() {
   {
      const std::lock_guard lock(door_->mutex);
      door_->pow = nullptr;
   }
   registry_.abandon();
   tasks_.stop();
}

void Pow::log(std::uint32_t level, const std::string &text) const {
   if (environment_.log)
      environment_.log(level, text);
}

std::function<void()> Pow::telemetry_trigger() const {
   return [door = door_] {
      const std::lock_guard lock(door->mutex);
      if (door->pow)
         door->pow->refresh_telemetry();
   };
}

void Pow::refresh_telemetry() {
   constexpr std::uint64_t k_every_ns = 10'000'000'000;
   const std::uint64_t now = RealClock().monotonic_ns();
   std::uint64_t due = sensors_due_ns_.load();
   if (environment_.telemetry && now >= due && sensors_due_ns_.compare_exchange_strong(due, now + k_every_ns))
      tasks_.post([this] { read_sensors(); });
}

void Pow::read_sensors() {
   std::vector<DeviceReading> all;
   for (const std::string &name : registry_.algorithms())
      for (const auto &contender : registry_.contenders(name))
         if (const auto telemetry = read_telemetry(*contender)) {
            auto readings = readings_of(std::string(contender->name()), *telemetry);
            all.insert(all.end(), std::make_move_iterator(readings.begin()), std::make_move_iterator(readings.end()));
         }
   environment_.telemetry(all);
}

void Pow::settle() {
   do {
      gatekeeper_.settle();
      if (!tasks_.call([] {}))
         return;
   } while (!gatekeeper_.idle());
}

Result<void> Pow::configure(const std::vector<config::AlgorithmSettings> &algorithms) {
   auto plans = read_plans(algorithms);
   if (!plans)
      return plans.error();
   {
      const std::lock_guard lock(mutex_);
      plans_ = std::move(*plans);
   }
   tasks_.post([this] { decide_all(); });
   return {};
}

Result<void> Pow::algorithm_added(const Provided &algorithm) {
   return registry_.add_algorithm(algorithm);
}

Result<void> Pow::backend_added(const Provided &backend) {
   return registry_.add_backend(backend);
}

Result<void> Pow::family_added(const Provided &family) {
   return registry_.add_family(family);
}

Result<Provided> Pow::algorithm_named(std::string_view name) const {
   auto entry = registry_.find(name);
   if (!entry)
      return entry.error();
   return (*entry)->provided();
}

std::vector<Provided> Pow::family_members() const {
   return registry_.members();
}

/// Whoever enables a deprecated algorithm learns why it is, and for how long a chain may still take its blocks.
void Pow::warn_of_deprecated(std::string_view instance) const {
   for (const std::string &name : registry_.algorithms()) {
      const auto entry = registry_.algorithm(name);
      if (entry && entry->instance() == instance && entry->table().status == NEB_POW_DEPRECATED)
         log(NEB_LOG_WARN, "algorithm " + name + " is deprecated: " + deprecation_text(entry->table()));
   }
}

void Pow::instance_ready(std::string_view instance) {
   registry_.set_ready(instance);
   if (environment_.warns_of_deprecated)
      warn_of_deprecated(instance);
   tasks_.post([this] { decide_all(); });
}

std::vector<Facade *> Pow::facades() const {
   const std::lock_guard lock(mutex_);
   std::vector<Facade *> all;
   for (const auto &[select, facade] : facades_)
      all.push_back(facade.get());
   return all;
}

Result<void> Pow::instance_removed(std::string_view instance, std::uint64_t timeout_ns) {
   const RealClock clock;
   const std::uint64_t deadline = clock.monotonic_ns() + timeout_ns;
   const auto left = [&] { return std::max(deadline, clock.monotonic_ns()) - clock.monotonic_ns(); };
   const auto gone = registry_.remove(instance);
   for (const auto &contender : gone)
      (void)contender->move_to(Standing::gone, "its instance '" + std::string(instance) + "' left");
   for (Facade *facade : facades()) {
      // Without its algorithm nobody can be checked: whoever computes it stops too.
      if (!registry_.algorithm(facade->algorithm()))
         if (const auto serving = facade->serving()) {
            if (facade->serve(nullptr, nullptr) && environment_.post_main)
               environment_.post_main([facade] { facade->slot().notify(); });
            if (!facade->leave(*serving, left()))
               return unavailable("a consumer is still inside '" + std::string(serving->name()) + "'");
         }
      for (const auto &contender : gone)
         if (!facade->leave(*contender, left()))
            return unavailable("a consumer is still inside '" + std::string(contender->name()) + "' of '" +
                               std::string(instance) + "'");
   }
   for (const auto &contender : gone)
      while (contender->held()) {
         if (left() == 0)
            return unavailable("the gate is still inside '" + std::string(contender->name()) + "' of '" +
                               std::string(instance) + "'");
         std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
   tasks_.post([this] { decide_all(); });
   return {};
}

void Pow::instance_lost(std::string_view instance, std::string_view why) {
   registry_.lose(instance, std::string(why));
   tasks_.post([this] { decide_all(); });
}

void Pow::instance_renewed(std::string_view instance) {
   tasks_.post([this, instance = std::string(instance)] {
      registry_.renew(instance);
      decide_all();
   });
}

Result<void> Pow::find_backend(const Selection &select, std::string_view instance, Slot **slot) {
   *slot = nullptr;
   const auto algorithm = select.required("algorithm");
   if (!algorithm)
      return Error{"'" + std::string(instance) +
                      "' looks for a backend and names no algorithm; add algorithm=NAME to \"" + select.text() + "\"",
                   ErrorKind::configuration};
   Facade *facade = nullptr;
   {
      const std::lock_guard lock(mutex_);
      auto &place = facades_[std::string(instance) + ' ' + select.text()];
      if (!place)
         place = std::make_unique<Facade>(
            std::string(*algorithm), std::string(instance), select,
            [this](const auto &contender, const auto &why, const auto &job) { condemned(contender, why, job); });
      facade = place.get();
   }
   *slot = &facade->slot();
   tasks_.post([this, facade] { decide(*facade); });
   return registry_.check_name(*algorithm);
}

SelectionPlan Pow::plan_of(const std::string &algorithm) const {
   const std::string name = registry_.canonical(algorithm);
   const std::lock_guard lock(mutex_);
   auto plan = plans_.find(name);
   if (plan == plans_.end()) // node.yaml may call it by another of its names
      plan = std::find_if(plans_.begin(), plans_.end(),
                          [&](const auto &one) { return registry_.canonical(one.first) == name; });
   SelectionPlan steps = plan == plans_.end() ? default_plan() : plan->second;
   if (const auto chosen = overrides_.find(name); chosen != overrides_.end())
      steps.insert(steps.begin(), chosen->second);
   return steps;
}

/// A consumer that asks for more than the algorithm gets that or nothing; the section speaks for those that do not. The
/// backends have the algorithm's own name, whatever the consumer calls it.
SelectionPlan Pow::plan_of(const Facade &facade) const {
   if (facade.select().clauses().size() > 1)
      return {{facade.select().with("algorithm", registry_.canonical(facade.algorithm())), "consumer"}};
   return plan_of(facade.algorithm());
}

Result<void> Pow::use(std::string_view algorithm, std::string_view select) {
   auto selection = Selection::parse(select);
   if (!selection)
      return selection.error();
   const auto entry = registry_.find(algorithm);
   if (!entry)
      return entry.error();
   const std::string name = (*entry)->table().name;
   std::shared_ptr<Contender> chosen;
   bool undecided = false; // one that fits is in its gate
   do {
      const bool ran = tasks_.call([&] {
         if (!selection->clauses().empty() && !(chosen = choose_step(*selection, name))) {
            undecided = checking(*selection, name);
            return;
         }
         undecided = false;
         {
            const std::lock_guard lock(mutex_);
            overrides_.erase(name);
            if (chosen)
               overrides_.emplace(name, SelectionStep{*selection, "use"});
         }
         decide_all();
      });
      if (!ran)
         return unavailable("the node is stopping");
      if (undecided)
         gatekeeper_.settle();
   } while (undecided);
   if (!selection->clauses().empty() && !chosen)
      return unavailable("no backend of '" + name + "' fits \"" + selection->text() +
                         "\" and passes its gate; nothing was changed (see nebula explain " + name + ")");
   return {};
}

/// False: it takes longer, and goes on meanwhile.
bool Pow::check(const std::shared_ptr<Contender> &contender, const std::shared_ptr<const AlgorithmEntry> &algorithm) {
   return gatekeeper_.start(contender, algorithm) && gatekeeper_.wait(*contender, k_gate_patience_ns);
}

void Pow::judge(const std::shared_ptr<Contender> &contender, const GateReport &report) {
   const std::string name(contender->name());
   if (report.broken_off) // what became of it is known already, and is nothing that the gate found
      return log(NEB_LOG_INFO, "backend " + name + " was lost in its gate" +
                                  (contender->reason().empty() ? std::string() : ": " + contender->reason()));
   if (!report.finding.empty()) {
      if (contender->move_to(Standing::refused, report.finding))
         log(NEB_LOG_ERROR, "backend " + name + " is refused: " + report.finding);
      return;
   }
   contender->set_rate(report.rate);
   if (contender->move_to(Standing::passed, {}))
      log(NEB_LOG_INFO, "backend " + name + " passed its gate (" + std::to_string(report.jobs) + " jobs, " +
                           std::to_string(report.took_ns / 1'000'000) + " ms, " + std::to_string(report.rate) +
                           " H/s)");
}

/// One that fits is in its gate.
bool Pow::checking(const Selection &select, const std::string &algorithm) const {
   const auto order = consider(select, registry_.contenders(algorithm));
   return std::any_of(order.begin(), order.end(), [](const Considered &one) {
      return one.rejected_by.empty() && one.contender->checking() && one.contender->standing() == Standing::untried;
   });
}

/// Only those that could come first are checked; among equals the measured rate decides, so all equals are. One whose
/// gate takes long does not come into question until it ended.
std::shared_ptr<Contender> Pow::choose_step(const Selection &select, const std::string &algorithm) {
   const auto entry = registry_.algorithm(algorithm);
   if (!entry)
      return nullptr;
   std::set<std::shared_ptr<Contender>> postponed; // there is no room for another gate
   for (;;) {
      auto able = registry_.contenders(algorithm);
      std::erase_if(able, [&](const auto &one) {
         const bool can_be_checked = one->standing() == Standing::untried && !one->checking() &&
                                     !postponed.contains(one) && entry->reference()->standing() != Standing::gone;
         return one->standing() != Standing::passed && !can_be_checked;
      });
      const auto order = admitted(select, able);
      if (order.empty())
         return nullptr;
      const Considered &best = order.front();
      const auto untried = std::find_if(order.begin(), order.end(), [&](const Considered &one) {
         return one.preference == best.preference &&
                one.contender->provided().order == best.contender->provided().order &&
                one.contender->standing() == Standing::untried;
      });
      if (untried == order.end())
         return best.contender;
      if (!check(untried->contender, entry))
         postponed.insert(untried->contender);
   }
}

/// The one that would serve next passes its gate before it is needed, so that a failure costs a change and no check.
/// In the background, one at a time, and only while no other gate is under way.
void Pow::check_ahead(const Facade &facade, const SelectionPlan &plan, const Choice &choice) {
   const auto entry = registry_.algorithm(facade.algorithm());
   if (!choice.contender || !entry || !gatekeeper_.idle())
      return;
   const Provided &serving = choice.contender->provided();
   const auto isolated = serving.properties.find("isolation");
   for (std::size_t step = choice.step; step < plan.size(); ++step) {
      auto able = registry_.contenders(facade.algorithm());
      std::erase_if(able, [&](const auto &one) {
         const bool falls_with_it = one == choice.contender || (isolated != serving.properties.end() &&
                                                                one->provided().instance == serving.instance);
         return falls_with_it || (one->standing() != Standing::passed && one->standing() != Standing::untried);
      });
      const auto order = admitted(plan[step].select, able);
      if (order.empty())
         continue;
      const auto &next = order.front().contender;
      if (next->standing() == Standing::untried && entry->reference()->standing() != Standing::gone)
         (void)gatekeeper_.start(next, entry);
      return;
   }
}

Pow::Choice Pow::choose(const std::string &algorithm, const SelectionPlan &plan) {
   for (std::size_t step = 0; step < plan.size(); ++step)
      if (auto contender = choose_step(plan[step].select, algorithm))
         return {std::move(contender), step};
   return {nullptr, plan.size()};
}

void Pow::decide(Facade &facade) {
   const SelectionPlan plan = plan_of(facade);
   const auto entry = registry_.algorithm(facade.algorithm());
   const Choice choice = entry ? choose(facade.algorithm(), plan) : Choice{};
   const std::shared_ptr<Contender> former = facade.serving();
   bool changed = facade.serve(choice.contender, entry);
   if (choice.contender && (!choice.contender->serves() || registry_.algorithm(facade.algorithm()) != entry))
      changed |= facade.serve(nullptr, nullptr); // it left meanwhile; what follows that decides again
   if (choice.contender && choice.contender != former)
      log(NEB_LOG_INFO, facade.algorithm() + " is computed by " + std::string(choice.contender->name()) + " (\"" +
                           plan[choice.step].select.text() + "\", " + plan[choice.step].origin + ")");
   tell_health(facade, choice, plan);
   check_ahead(facade, plan, choice);
   // Of a change that keeps the occupant, too: who was told "busy" between the two tries again at once.
   if ((changed || choice.contender != former) && environment_.post_main)
      environment_.post_main([&facade] { facade.slot().notify(); });
}

void Pow::decide_all() {
   for (Facade *facade : facades())
      decide(*facade);
}

void Pow::tell_health(const Facade &facade, const Choice &choice, const SelectionPlan &plan) {
   if (!environment_.health)
      return;
   const auto health = [&](std::int32_t level, const std::string &text) {
      environment_.health(facade.consumer(), level, facade.select().text(), text);
   };
   if (!choice.contender && !gatekeeper_.idle())
      return health(NEB_HEALTH_NOT_READY,
                    "no backend serves yet, some are in their gate; see nebula explain " + facade.algorithm());
   if (!choice.contender)
      return health(NEB_HEALTH_NOT_READY, "no backend serves; see nebula explain " + facade.algorithm());
   std::string trouble, in_gate; // why an earlier step did not do, or not yet
   const auto add = [](std::string &list, const std::string &one) { list += (list.empty() ? "" : "; ") + one; };
   for (const Considered &one : consider(plan.front().select, registry_.contenders(facade.algorithm()))) {
      const Standing standing = one.contender->standing();
      // One whose process died is only of interest where it would serve.
      if (standing == Standing::refused || standing == Standing::quarantined ||
          (standing == Standing::gone && one.rejected_by.empty()))
         add(trouble,
             std::string(one.contender->name()) + " is " + standing_name(standing) + ": " + one.contender->reason());
      else if (one.contender->checking() && one.rejected_by.empty())
         add(in_gate, std::string(one.contender->name()) + " is in its gate");
   }
   if (choice.step == 0 || (trouble.empty() && plan.front().origin == "default"))
      return health(NEB_HEALTH_OK, std::string(choice.contender->name()));
   if (!in_gate.empty())
      add(trouble, in_gate);
   health(NEB_HEALTH_DEGRADED, std::string(choice.contender->name()) + " serves as a fallback" +
                                  (trouble.empty() ? std::string() : " (" + trouble + ")"));
}

void Pow::condemned(const std::shared_ptr<Contender> &contender, const std::string &why, const JobCopy &job) {
   if (!contender->move_to(Standing::quarantined, why))
      return;
   log(NEB_LOG_ERROR, "backend " + std::string(contender->name()) + " is quarantined: " + why);
   const std::string fact = quarantine_json(*contender, why, job);
   if (!journal_.add(fact))
      log(NEB_LOG_ERROR, "the journal of wrong answers cannot be written, or is full");
   if (environment_.publish)
      environment_.publish("pow.quarantine", fact);
   tasks_.post([this] { decide_all(); });
}

std::vector<ServedSlot> Pow::slots_of(const std::string &algorithm) const {
   std::vector<ServedSlot> slots;
   for (const Facade *facade : facades())
      if (registry_.canonical(facade->algorithm()) == algorithm)
         slots.push_back({facade->consumer(), facade->select().text(), facade->serving()});
   return slots;
}

Result<std::string> Pow::explain(std::string_view algorithm) const {
   const auto entry = registry_.find(algorithm);
   if (!entry)
      return entry.error();
   const std::string name = (*entry)->table().name;
   return explain_json(**entry, plan_of(name), registry_.contenders(name), slots_of(name));
}

std::string Pow::status() const {
   std::vector<AlgorithmStatus> all;
   for (const std::string &name : registry_.algorithms())
      all.push_back({name, slots_of(name)});
   return status_json(all);
}

} // namespace nebula::host
