#include "host/pow/pow.h"

#include "host/pow/gate.h"
#include "host/util/clock.h"

#include <nebula/ext/health.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <thread>

namespace nebula::host {

namespace {

Error unavailable(std::string message) {
   return {std::move(message), ErrorKind::unavailable};
}

} // namespace

Pow::Pow(PowEnvironment environment)
   : environment_(std::move(environment)), journal_(environment_.journal_file), door_(std::make_shared<Door>()) {
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
   (void)tasks_.call([] {});
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

/// A consumer that asks for more than the algorithm gets that or nothing; the section speaks for those that do not.
SelectionPlan Pow::plan_of(const Facade &facade) const {
   if (facade.select().clauses().size() > 1)
      return {{facade.select(), "consumer"}};
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
   const bool ran = tasks_.call([&] {
      if (!selection->clauses().empty() && !(chosen = choose_step(*selection, name)))
         return;
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
   if (!selection->clauses().empty() && !chosen)
      return unavailable("no backend of '" + name + "' fits \"" + selection->text() +
                         "\" and passes its gate; nothing was changed (see nebula explain " + name + ")");
   return {};
}

void Pow::check(const std::shared_ptr<Contender> &contender, const AlgorithmEntry &algorithm) {
   const GateReport report = run_gate(contender, algorithm);
   const std::string name(contender->name());
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

/// Only those that could come first are checked; among equals the measured rate decides, so all equals are.
std::shared_ptr<Contender> Pow::choose_step(const Selection &select, const std::string &algorithm) {
   const auto entry = registry_.algorithm(algorithm);
   if (!entry)
      return nullptr;
   for (;;) {
      auto able = registry_.contenders(algorithm);
      std::erase_if(able, [](const auto &one) {
         return one->standing() != Standing::passed && one->standing() != Standing::untried;
      });
      auto order = consider(select, able);
      std::erase_if(order, [](const Considered &one) { return !one.rejected_by.empty(); });
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
      check(untried->contender, *entry);
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
   if (changed && environment_.post_main)
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
   if (!choice.contender)
      return health(NEB_HEALTH_NOT_READY, "no backend serves; see nebula explain " + facade.algorithm());
   std::string trouble; // why an earlier step did not do
   for (const Considered &one : consider(plan.front().select, registry_.contenders(facade.algorithm()))) {
      const Standing standing = one.contender->standing();
      // One whose process died is only of interest where it would serve.
      if (standing == Standing::refused || standing == Standing::quarantined ||
          (standing == Standing::gone && one.rejected_by.empty()))
         trouble += (trouble.empty() ? "" : "; ") + std::string(one.contender->name()) + " is " +
                    standing_name(standing) + ": " + one.contender->reason();
   }
   if (choice.step == 0 || (trouble.empty() && plan.front().origin == "default"))
      return health(NEB_HEALTH_OK, std::string(choice.contender->name()));
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
