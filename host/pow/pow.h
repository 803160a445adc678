#pragma once

/// The proof-of-work part of the node: who may compute an algorithm, who does now, and what happens when that goes
/// wrong. Choosing, checking and moving happens on one thread of its own, so that start and live commands do not wait
/// for a slow gate.

#include "host/pow/describe.h"
#include "host/pow/environment.h"
#include "host/pow/facade.h"
#include "host/pow/gatekeeper.h"
#include "host/pow/journal.h"
#include "host/pow/registry.h"
#include "host/pow/task_thread.h"
#include "host/slots/pow_hook.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace nebula::host {

class Pow final : public PowHook {
public:
   explicit Pow(PowEnvironment environment);
   ~Pow() override;

   // See pow_hook.h. Main thread, but for explain and status.
   [[nodiscard]] Result<void> configure(const std::vector<config::AlgorithmSettings> &algorithms) override;
   [[nodiscard]] Result<void> algorithm_added(const Provided &algorithm) override;
   [[nodiscard]] Result<void> backend_added(const Provided &backend) override;
   [[nodiscard]] Result<void> family_added(const Provided &family) override;
   [[nodiscard]] Result<Provided> algorithm_named(std::string_view name) const override;
   [[nodiscard]] std::vector<Provided> family_members() const override;
   void instance_ready(std::string_view instance) override;
   [[nodiscard]] Result<void> instance_removed(std::string_view instance, std::uint64_t timeout_ns) override;
   void instance_lost(std::string_view instance, std::string_view why) override;
   void instance_renewed(std::string_view instance) override;
   [[nodiscard]] Result<void> find_backend(const Selection &select, std::string_view instance, Slot **slot) override;
   [[nodiscard]] Result<void> use(std::string_view algorithm, std::string_view select) override;
   [[nodiscard]] Result<std::string> explain(std::string_view algorithm) const override;
   [[nodiscard]] std::string status() const override;

   /// For the functions of hash.h and measure.h.
   [[nodiscard]] const Registry &registry() const noexcept { return registry_; }
   /// A function that has the devices' sensors asked soon, unless that was done within the last ten seconds. Any thread
   /// may call it, also when this object is gone; it returns at once.
   [[nodiscard]] std::function<void()> telemetry_trigger() const;
   /// Waits until everything asked for so far was decided (tests, and commands that want a settled answer).
   void settle();

private:
   struct Choice {
      std::shared_ptr<Contender> contender; // null: nobody fits
      std::size_t step = 0;                 // of the plan
   };

   // Everything below but the marked runs on the task thread.
   [[nodiscard]] Choice choose(const std::string &algorithm, const SelectionPlan &plan);
   [[nodiscard]] std::shared_ptr<Contender> choose_step(const Selection &select, const std::string &algorithm);
   [[nodiscard]] bool check(const std::shared_ptr<Contender> &contender,
                            const std::shared_ptr<const AlgorithmEntry> &algorithm);
   [[nodiscard]] bool checking(const Selection &select, const std::string &algorithm) const; // any thread
   void check_ahead(const Facade &facade, const SelectionPlan &plan, const Choice &choice);
   void decide(Facade &facade);
   void decide_all();
   void refresh_telemetry(); // any thread
   void read_sensors();
   void tell_health(const Facade &facade, const Choice &choice, const SelectionPlan &plan);

   void judge(const std::shared_ptr<Contender> &contender, const GateReport &report); // any thread
   [[nodiscard]] SelectionPlan plan_of(const Facade &facade) const;                   // any thread
   [[nodiscard]] SelectionPlan plan_of(const std::string &algorithm) const;           // any thread; by any of its names
   [[nodiscard]] std::vector<ServedSlot> slots_of(const std::string &algorithm) const; // any thread; canonical name
   [[nodiscard]] std::vector<Facade *> facades() const;                                // any thread
   void condemned(const std::shared_ptr<Contender> &contender, const std::string &why,
                  const JobCopy &job);                           // any thread
   void log(std::uint32_t level, const std::string &text) const; // any thread
   void warn_of_deprecated(std::string_view instance) const;

   const PowEnvironment environment_;
   Journal journal_;
   Registry registry_;
   struct Door { // between the triggers given out and this object
      std::mutex mutex;
      Pow *pow; // guarded by mutex; null when it ended
   };
   const std::shared_ptr<Door> door_;
   std::atomic<std::uint64_t> sensors_due_ns_{0};
   mutable std::mutex mutex_;
   SelectionPlans plans_;                                        // guarded by mutex_; by the names in node.yaml
   std::map<std::string, SelectionStep, std::less<>> overrides_; // guarded by mutex_; `use`, canonical names
   std::map<std::string, std::unique_ptr<Facade>> facades_;      // guarded by mutex_; never removed
   TaskThread tasks_;
   Gatekeeper gatekeeper_; // last: ends first, after the task thread was stopped
};

} // namespace nebula::host
