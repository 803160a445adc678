#pragma once

/// The running node: its instances, from configuration to end. Everything happens on the main thread, one thing after
/// the other; other threads post to loop(). What says "any thread" may be called from anywhere.

#include "host/node/instance.h"
#include "host/node/main_loop.h"
#include "host/node/node_parts.h"
#include "host/node/plan.h"
#include "host/util/result.h"

#include <boost/json/object.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host {

struct NodeOptions {
   config::Settings settings;
   PlanContext context;
   std::string data_dir;                    // absolute, exists, locked by the caller
   std::string version;                     // of the host
   PowFactory pow;                          // empty: backends are ordinary services (tests)
   Clock *clock = nullptr;                  // the machine's
   bool strict = false;                     // a plugin's call from a wrong thread or state aborts
   std::uint64_t drain_ns = 10'000'000'000; // for all instances together
   std::uint64_t stop_ns = 10'000'000'000;  // for each instance
};

/// What a reload did, by instance name.
struct ReloadReport {
   std::vector<std::string> unchanged, reconfigured, restarted, added, removed;
};

class Node final : private NodeView {
public:
   /// Opens the log and makes the parts. Nothing runs yet.
   [[nodiscard]] static Result<std::unique_ptr<Node>> make(NodeOptions options);
   /// Stops what runs.
   ~Node() override;

   /// Loads and starts every instance in order. On failure of a required one everything is stopped again and the error
   /// says who failed and why. Main thread.
   [[nodiscard]] Result<void> start() {
      std::vector<HandedOver> nothing;
      return start(nothing);
   }
   /// The same, where instances go on with what their predecessors handed over; what is left in `inherited` has no
   /// heir. After success they wait for `resume`.
   [[nodiscard]] Result<void> start(std::vector<HandedOver> &inherited);
   /// Nobody else goes on with what was inherited.
   void resume();
   /// The reverse: takes out of the instances what they hand over, into `out`. They are to be stopped afterwards, also
   /// on an error.
   [[nodiscard]] Result<void> give(std::uint64_t deadline_ns, std::vector<HandedOver> &out);
   /// The first half of start: loads, creates and initialises every instance, and binds nothing. For commands that try
   /// a configuration out or use its algorithms; they call stop afterwards. Main thread.
   [[nodiscard]] Result<void> provision();
   /// Drains all in reverse order, then stops and destroys all in reverse order. Returns false when an instance is
   /// stuck. May be called again. Main thread.
   bool stop();

   /// Goes over to other settings: instances whose entry did not change are not touched; a changed configuration is
   /// given to reconfigure, or the instance is restarted; removed ones are stopped, new ones started. All or nothing:
   /// when something is wrong or fails, the node goes back to what it ran and the error says why. Main thread.
   [[nodiscard]] Result<ReloadReport> reload(const config::Settings &settings);
   /// Stops and starts one instance; a file that was replaced on disk is loaded afresh. Main thread.
   [[nodiscard]] Result<void> restart(std::string_view instance);

   /// Asks an instance's nebula.command/1 (the hot keys, `ctl`, the wallet). Any thread.
   [[nodiscard]] Result<std::string> request(std::string_view instance, std::string_view method,
                                             std::string_view params);
   /// The document behind `nebula ctl status`. Any thread.
   [[nodiscard]] boost::json::object status();
   /// "livez", "readyz", "healthz"; `good` false: 503. Any thread.
   [[nodiscard]] HealthDocument health(std::string_view name) const;
   /// OpenMetrics text. Any thread.
   [[nodiscard]] std::string metrics() const { return parts_->metrics.render(); }

   /// Who listens where, for the start-up banner: {"instance", "address"} from the members "listeners" of the statuses.
   struct Listener {
      std::string instance;
      std::string address;
   };
   [[nodiscard]] std::vector<Listener> listeners();

   [[nodiscard]] Directory &directory() noexcept { return parts_->directory; }
   [[nodiscard]] PowHook *pow() noexcept { return parts_->pow.get(); }
   [[nodiscard]] Log &log() noexcept { return *parts_->log; }
   [[nodiscard]] HostServices &services() noexcept { return parts_->services; }
   [[nodiscard]] MainLoop &loop() noexcept { return loop_; }
   [[nodiscard]] const config::Settings &settings() const noexcept { return settings_; }
   /// nullptr: no such instance. Any thread.
   [[nodiscard]] std::shared_ptr<Instance> instance(std::string_view name) const;
   /// In node.yaml's order. Any thread.
   [[nodiscard]] std::vector<std::shared_ptr<Instance>> instances() const;

   /// For commands that plugins bring: an instance that is created (not initialised) from the plan, alone. The node
   /// itself must not have been started. Main thread.
   [[nodiscard]] Result<std::shared_ptr<Instance>> create_only(std::string_view instance);

private:
   explicit Node(NodeOptions options);

   // NodeView: for plugins.
   neb_status document(std::string_view name, neb_write_fn write, void *user) noexcept override;
   [[nodiscard]] std::string_view node_name() const noexcept override { return name_; }
   [[nodiscard]] std::string_view network() const noexcept override { return network_; }
   [[nodiscard]] std::string_view data_root() const noexcept override { return data_dir_; }

   friend class Transition;
   /// load, create and init; then its services fill slots.
   [[nodiscard]] Result<void> prepare(Instance &instance);
   /// Prepares all, then starts all. An optional one that fails is given up; the first required one that fails ends it.
   [[nodiscard]] Result<void> bring_up(const std::vector<std::shared_ptr<Instance>> &instances);
   [[nodiscard]] Result<void> prepare_all(const std::vector<std::shared_ptr<Instance>> &instances);
   [[nodiscard]] Result<void> run_ready(const std::vector<std::shared_ptr<Instance>> &instances);
   /// Gives an instance what its predecessor handed over.
   [[nodiscard]] Result<void> bequeath(const std::shared_ptr<Instance> &instance);
   void give_up(Instance &instance, const Error &why);
   void drain(Instance &instance, std::uint64_t deadline_ns);
   void take_down(Instance &instance);
   void tell_directory(const Plan &plan);
   void set_instances(std::vector<std::shared_ptr<Instance>> in_file_order,
                      std::vector<std::shared_ptr<Instance>> in_start_order);
   [[nodiscard]] Result<ReloadReport> go_over(const config::Settings &settings, std::string_view restarted);
   [[nodiscard]] std::uint64_t now_ns() const { return parts_->clock.monotonic_ns(); }
   void say(LogLevel level, std::string_view text) { parts_->log->source("nebula").write(level, text); }

   const NodeOptions options_;
   config::Settings settings_; // of what runs
   const std::string name_, network_, data_dir_;
   std::unique_ptr<NodeParts> parts_;
   MainLoop loop_;
   mutable std::mutex instances_mutex_; // guards the vector; the main thread alone changes it
   std::vector<std::shared_ptr<Instance>> instances_;
   std::vector<std::shared_ptr<Instance>> in_start_order_; // main thread only
   std::vector<HandedOver> *inherited_ = nullptr;          // during start
   std::vector<std::shared_ptr<Instance>> heirs_;          // until resume
   std::uint64_t started_at_ns_ = 0;
   std::atomic<const char *> phase_{"created"}; // "starting", "running", "stopping", "stopped"
};

} // namespace nebula::host
