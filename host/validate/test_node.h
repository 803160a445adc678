#pragma once

/// A whole node in one process, for one plugin: the host's own executor, clock, bus, metrics, health, store and
/// services, with what only a test wants: a host without extensions, a `provide` that refuses, services nobody
/// provides.

#include "host/ext/bus.h"
#include "host/ext/executor.h"
#include "host/ext/health.h"
#include "host/ext/instance_host.h"
#include "host/ext/metrics.h"
#include "host/ext/node_view.h"
#include "host/ext/timer_queue.h"
#include "host/log/log.h"
#include "host/slots/directory.h"
#include "host/util/clock.h"
#include "host/util/result.h"

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace nebula::host::validation {

struct TestNodeOptions {
   std::string data_root;
   neb_status provide_answer = NEB_OK; // anything else: what every `provide` returns instead of working
};

/// The real directory, except that a service nobody provides is an empty slot and no failure: a plugin that needs
/// others is examined without them.
class LenientDirectory final : public ServiceDirectory {
public:
   explicit LenientDirectory(neb_status provide_answer) : provide_answer_(provide_answer) {}

   neb_status provide(const InstanceIdentity &provider, const char *id, const char *name, const char *properties,
                      const void *iface, neb_error *err) noexcept override;
   neb_status find(const InstanceIdentity &seeker, std::string_view id, std::string_view select, neb_slot **out,
                   neb_error *err) noexcept override;
   neb_status list(const InstanceIdentity &seeker, std::string_view id,
                   void (*each)(void *user, neb_str name, neb_str properties), void *user) noexcept override;
   [[nodiscard]] SlotFunctions slot_functions() const noexcept override { return inner.slot_functions(); }

   /// The table as the plugin gave it, of which the directory has a completed copy; NULL: it gave none such.
   [[nodiscard]] const void *given(const Provided &service) const;

   Directory inner;

private:
   std::map<std::tuple<std::string, std::string, std::string>, const void *> given_; // by instance, id and name
   const neb_status provide_answer_;
};

/// What has threads, shared by the nodes of a process: a fuzz check makes hundreds of nodes.
struct Engine {
   RealClock clock;
   std::unique_ptr<Log> log;
   TimerQueue timers{clock};
   Executor executor{clock, timers, Executor::Options{.threads = 2}};

   /// Never destroyed, like the nodes.
   [[nodiscard]] static Result<Engine *> of_process();
};

class TestNode {
public:
   /// Never destroyed: the process ends with its check, and what a plugin left running may still use it.
   [[nodiscard]] static Result<TestNode *> make(const TestNodeOptions &options);

   [[nodiscard]] HostServices &services() noexcept { return services_; }
   [[nodiscard]] LenientDirectory &directory() noexcept { return directory_; }
   [[nodiscard]] Clock &clock() noexcept { return engine_.clock; }

private:
   class View final : public NodeView {
   public:
      explicit View(std::string data_root) : data_root_(std::move(data_root)) {}
      neb_status document(std::string_view name, neb_write_fn write, void *user) noexcept override;
      [[nodiscard]] std::string_view node_name() const noexcept override { return "validate"; }
      [[nodiscard]] std::string_view network() const noexcept override { return "nebula-dev"; }
      /// Made when the first plugin wants to store something.
      [[nodiscard]] std::string_view data_root() const noexcept override;

   private:
      std::string data_root_;
   };

   TestNode(const TestNodeOptions &options, Engine &engine);

   Engine &engine_;
   Bus bus_;
   Metrics metrics_;
   Health health_;
   LenientDirectory directory_;
   View view_;
   HostServices services_;
};

} // namespace nebula::host::validation
