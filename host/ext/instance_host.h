#pragma once

/// What the host gives one plugin instance: its neb_host with the tables of all extensions.
///
///    InstanceHost host(services, {.instance = "chain", .plugin = "chain", .plugin_version = "0.1.0", ...});
///    entry->create(host.record(), index, &err);
///    host.set_state(InstanceState::created);
///    { InstanceHost::InitScope scope(host);  plugin->init(plugin, &err); }
///    host.set_state(InstanceState::ready);
///    host.open_tasks();                      // right before start
///    plugin->start(plugin, &err);
///    host.set_state(InstanceState::running);
///    ... drain ... plugin->stop(plugin, deadline) ...
///    if (host.close_tasks(deadline))         // also after a failed start
///       plugin->destroy(plugin);             // then ~InstanceHost
///    else
///       host.abandon();                      // stuck: the InstanceHost is leaked on purpose

#include "ext/bus.h"
#include "ext/executor.h"
#include "ext/health.h"
#include "ext/instance_state.h"
#include "ext/metrics.h"
#include "ext/node_view.h"
#include "ext/service_directory.h"
#include "log/log.h"
#include "nebula/ext/config.h"
#include "nebula/host.h"

#include <memory>
#include <string>
#include <thread>

namespace nebula::host {

/// The parts of the host that every instance shares. All outlive every InstanceHost.
struct HostServices {
   Clock &clock;
   Executor &executor;
   Bus &bus;
   Metrics &metrics;
   Health &health;
   Log &log;
   ServiceDirectory &services;
   NodeView &node;
   std::string version; // of the host
   std::thread::id main_thread = std::this_thread::get_id();
   bool strict = false; // a call from a wrong thread or state aborts, naming plugin and function; else NEB_E_STATE
   uint64_t kv_map_max = 64ull << 30;
   std::shared_ptr<void> wiring =
      nullptr; // set by connect_host_services; undoes it when this record dies, before the parts do
};

struct InstanceSpec {
   std::string instance;
   std::string plugin;
   std::string plugin_version;
   bool required = true;
   const neb_ext_config *config_table =
      nullptr; // of host/config; its `root` is replaced; NULL: the instance has no config
   const neb_config *config_root = nullptr;
};

struct InstanceContext;

/// Not movable: plugins hold its address. Calls of the life cycle come from the main thread.
class InstanceHost {
public:
   InstanceHost(HostServices &services, const InstanceSpec &spec);
   /// The plugin instance was destroyed. Closes the store, frees the cells, the subscriptions and the lane.
   ~InstanceHost();
   InstanceHost(const InstanceHost &) = delete;
   InstanceHost &operator=(const InstanceHost &) = delete;

   [[nodiscard]] const neb_host *record() const noexcept;

   void set_state(InstanceState state) noexcept;
   [[nodiscard]] InstanceState state() const noexcept;

   /// While it lives, [main & in init] holds.
   class InitScope {
   public:
      explicit InitScope(InstanceHost &host);
      ~InitScope();
      InitScope(const InitScope &) = delete;
      InitScope &operator=(const InitScope &) = delete;

   private:
      InstanceHost &host_;
   };

   /// The tree that nebula.config/1 shows from now on (after a successful reconfigure); the old one must live until
   /// then.
   void set_config(const neb_config *root) noexcept;

   void open_tasks();
   /// Lane::close, then the end of every subscription.
   [[nodiscard]] bool close_tasks(uint64_t deadline_ns);

   /// Gives up a stuck instance: its context and whatever it may still touch stay in memory for ever.
   void abandon();

   [[nodiscard]] Lane &lane() noexcept;
   [[nodiscard]] LogSource &log() noexcept;

private:
   std::unique_ptr<InstanceContext> context_;
};

/// Wires what instances cannot do alone: health changes to the log and the event node.health, slow tasks to health, the
/// log's summaries to the timers, the host's own metrics to the registry. Call once, before the first instance;
/// `services` stays where it is. What it wired is undone when `services` is destroyed, so declare that after the parts
/// it refers to.
void connect_host_services(HostServices &services, TimerQueue &timers);

} // namespace nebula::host
