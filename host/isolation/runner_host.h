#pragma once

/// What a plugin in a runner is given for a host: the same tables as in the node, over parts of the runner's own. Log,
/// health and progress go on to the node; what it provides is noted down; it finds no services, and its events and
/// metrics stay here.

#include "host/ext/bus.h"
#include "host/ext/executor.h"
#include "host/ext/health.h"
#include "host/ext/instance_host.h"
#include "host/ext/metrics.h"
#include "host/ext/node_view.h"
#include "host/ext/service_directory.h"
#include "host/ext/timer_queue.h"
#include "host/isolation/described.h"
#include "host/isolation/message.h"
#include "host/isolation/runner_link.h"
#include "host/log/log.h"
#include "host/util/clock.h"

#include <nebula/svc/pow-backend.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace nebula::host {

/// Takes what the plugin provides.
class RunnerDirectory final : public ServiceDirectory {
public:
   neb_status provide(const InstanceIdentity &provider, const char *id, const char *name, const char *properties,
                      const void *iface, neb_error *err) noexcept override;
   neb_status find(const InstanceIdentity &seeker, std::string_view id, std::string_view select, neb_slot **out,
                   neb_error *err) noexcept override;
   neb_status list(const InstanceIdentity &, std::string_view, void (*)(void *, neb_str, neb_str),
                   void *) noexcept override {
      return NEB_OK;
   }
   [[nodiscard]] SlotFunctions slot_functions() const noexcept override;

   /// What was provided so far, without the members of families.
   [[nodiscard]] const Described &described() const noexcept { return described_; }
   /// A member of a provided family, made when it is first asked for. Main thread.
   [[nodiscard]] Result<Described> member(const MemberRequest &request);
   /// By name; nullptr: there is none. Any thread.
   [[nodiscard]] const neb_pow_algorithm *algorithm(std::string_view name) const;
   [[nodiscard]] const neb_pow_backend *backend(std::string_view name, std::string_view algorithm) const;

private:
   [[nodiscard]] Result<void> add(std::string_view contract, const std::string &service, const std::string &properties,
                                  const void *iface, Described &described);

   Described described_;                                   // main thread
   std::map<std::string, Described, std::less<>> members_; // main thread; by their algorithms' names
   mutable std::mutex mutex_;
   std::vector<const neb_pow_algorithm *> algorithms_; // guarded by mutex_, as all below; members too
   std::vector<const neb_pow_backend *> backends_;
   std::vector<const neb_pow_family *> families_;
};

class RunnerHost final : private NodeView, private ProgressSink {
public:
   RunnerHost(const Setup &setup, RunnerLink &link);
   ~RunnerHost() override;

   /// For `create`. Valid as long as this object.
   [[nodiscard]] const neb_host *record() const noexcept { return &record_.host; }
   [[nodiscard]] InstanceHost &instance() noexcept { return *instance_; }
   [[nodiscard]] RunnerDirectory &directory() noexcept { return directory_; }
   void set_log_level(std::uint32_t level) noexcept { __atomic_store_n(&record_.level, level, __ATOMIC_RELAXED); }

private:
   /// The instance's record with a log of its own. First member: the plugin hands back the address of `host`.
   struct Record {
      neb_host host{};
      RunnerLink *link = nullptr;
      std::uint32_t level = 0;
   };
   static void log(const neb_host *self, std::uint32_t level, neb_str text);

   // NodeView and ProgressSink.
   neb_status document(std::string_view, neb_write_fn, void *) noexcept override { return NEB_E_NOT_FOUND; }
   [[nodiscard]] std::string_view node_name() const noexcept override { return setup_.node_name; }
   [[nodiscard]] std::string_view network() const noexcept override { return setup_.network; }
   [[nodiscard]] std::string_view data_root() const noexcept override { return setup_.data_root; }
   void progress(std::string_view instance, std::string_view what, std::uint64_t done, std::uint64_t total,
                 std::string_view unit) override;

   const Setup setup_;
   RunnerLink &link_;
   RealClock clock_;
   std::unique_ptr<Log> log_; // of the parts themselves: to standard error
   TimerQueue timers_;
   Executor executor_;
   Bus bus_;
   Metrics metrics_;
   Health health_;
   RunnerDirectory directory_;
   HostServices services_;
   std::unique_ptr<InstanceHost> instance_;
   Record record_;
};

} // namespace nebula::host
