#pragma once

/// One plugin instance of the node: its state, and every call the host makes into it. All calls of the life cycle come
/// from the main thread; what is shown of an instance may be read from any.

#include "host/ext/instance_host.h"
#include "host/isolation/isolated_plugin.h"
#include "host/node/handed_over.h"
#include "host/node/plan.h"
#include "host/plugin/library.h"
#include "host/plugin/lifecycle.h"
#include "host/slots/slot.h"

#include <nebula/plugin.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nebula::host {

class TimerQueue;

class Instance {
public:
   /// A call that takes longer is reported while it blocks the main thread.
   static constexpr std::uint64_t k_slow_call_ns = 10'000'000'000;
   /// How long a status or command reader may hold up a destroy. They return soon by contract.
   static constexpr std::uint64_t k_reader_wait_ns = 5'000'000'000;

   Instance(HostServices &services, TimerQueue &timers, PlannedInstance planned);
   ~Instance();
   Instance(const Instance &) = delete;
   Instance &operator=(const Instance &) = delete;

   /// The steps of nebula/plugin.h. Each is legal in its states only (an assertion otherwise), records its outcome in
   /// state() and problem(), and an error says "plugin NAME failed in STEP: reason".
   [[nodiscard]] Result<void> load();
   [[nodiscard]] Result<void> create();
   [[nodiscard]] Result<void> init();
   [[nodiscard]] Result<void> start();
   void drain(std::uint64_t deadline_ns);
   /// Ends its tasks as well. Afterwards stuck() tells whether it may be destroyed.
   void stop(std::uint64_t deadline_ns);
   /// Frees it in any state that allows that; a stuck instance is abandoned instead and stays in memory.
   void destroy();

   /// Takes its work out of it (nebula.handover/1). Empty: it offers no hand-over. An error: it goes on as before.
   [[nodiscard]] Result<std::optional<HandedOver>> give(std::uint64_t deadline_ns);
   /// Before start. The descriptors are its own afterwards; on an error they stay where they are, and it has failed.
   [[nodiscard]] Result<void> take(HandedOver &state);
   /// After start: what it took is its own for good.
   void resume();

   enum class Reconfigured { done, needs_restart };
   /// An error: it refused and runs with its old configuration.
   [[nodiscard]] Result<Reconfigured> reconfigure(config::Value config);

   /// The host gives the instance up for a reason outside these calls (its service cannot be withdrawn).
   void mark_stuck(std::string_view why);
   /// A new configuration that changes nothing the plugin sees (its place in the file).
   void adopt(const PlannedInstance &planned);

   [[nodiscard]] const std::string &name() const noexcept { return name_; }
   [[nodiscard]] const std::string &plugin() const noexcept { return plugin_; }
   [[nodiscard]] const Manifest &manifest() const noexcept { return planned_.manifest; }
   /// Main thread.
   [[nodiscard]] const PlannedInstance &planned() const noexcept { return planned_; }
   [[nodiscard]] bool required() const noexcept { return required_; }
   [[nodiscard]] PluginState state() const noexcept { return state_.load(std::memory_order_acquire); }
   [[nodiscard]] bool stuck() const noexcept { return stuck_.load(std::memory_order_acquire); }
   [[nodiscard]] std::string problem() const;
   /// What it provides, as the status shows it; set by the node after init.
   [[nodiscard]] std::vector<std::pair<std::string, std::string>> services() const; // id, name
   void set_services(std::vector<std::pair<std::string, std::string>> services);

   /// What the plugin shows and answers; empty before it is ready and after it stopped. To be entered.
   [[nodiscard]] Slot &status_slot() noexcept { return status_slot_; }
   [[nodiscard]] Slot &command_slot() noexcept { return command_slot_; }
   /// For commands that run in a created instance: its nebula.command/1 table, completed, or nullptr.
   [[nodiscard]] const void *command_table();

private:
   void step(PluginStep step, bool went_well);
   [[nodiscard]] Error failed(PluginStep step, const std::string &why);
   template <class Call>
   neb_status call(const char *function, neb_error &err, Call body);
   void offer_extensions();
   void retire_extensions();
   [[nodiscard]] const void *extension(const char *id);
   [[nodiscard]] IsolationSpec isolation_spec();
   void set_problem(std::string text);

   HostServices &services_;
   TimerQueue &timers_;
   const std::string name_, plugin_; // any thread reads them
   const bool required_;
   PlannedInstance planned_; // main thread only
   std::atomic<PluginState> state_{PluginState::verified};
   std::atomic<bool> stuck_{false};
   mutable std::mutex shown_mutex_; // guards what follows
   std::string problem_;
   std::vector<std::pair<std::string, std::string>> services_provided_;

   const Library *library_ = nullptr;
   std::unique_ptr<const config::Value> first_config_; // texts of it may be kept by the plugin until destroy
   std::unique_ptr<const config::Value> config_;       // of the last successful reconfigure
   std::unique_ptr<InstanceHost> host_;
   neb_plugin table_{};
   bool created_ = false; // the plugin has an instance that wants destroy
   Slot status_slot_;
   Slot command_slot_;
};

} // namespace nebula::host
