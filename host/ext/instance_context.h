#pragma once

/// What stands behind one neb_host, and how a C function of its tables gets there. Internal to host/ext.

#include "ext/instance_host.h"
#include "ext/kv_store.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <string_view>

namespace nebula::host {

struct InstanceContext {
   HostServices &services;
   const std::string instance;
   const std::string plugin;
   const std::string plugin_version;
   LogSource &log;
   const std::shared_ptr<Lane> lane;

   std::atomic<InstanceState> state{InstanceState::loaded};
   std::atomic<bool> in_init{false};
   std::atomic<const neb_config *> config_root{nullptr};

   neb_host record{};
   neb_ext_config config_table{};
   bool has_config = false;
   neb_ext_services services_table{};

   std::unique_ptr<KvStore> kv; // set once, by kv.open
   std::mutex data_dir_mutex;
   std::string data_dir; // set once, by the first data_dir

   InstanceContext(HostServices &host_services, const InstanceSpec &spec);

   [[nodiscard]] InstanceIdentity identity() const noexcept { return {instance, plugin}; }
   [[nodiscard]] std::string own_folder() const { return std::string(services.node.data_root()) + '/' + instance; }
};

[[nodiscard]] inline InstanceContext *context_of(const neb_host *host) noexcept {
   return host == nullptr ? nullptr : static_cast<InstanceContext *>(host->ctx);
}

[[nodiscard]] inline std::string_view view(neb_str text) noexcept {
   return text.ptr == nullptr ? std::string_view{} : std::string_view{text.ptr, text.len};
}

/// Logs that a function of a table let an exception out (of ours, or of a callback of the plugin).
void report_thrown(const InstanceContext &context, const char *function, const char *what) noexcept;

/// Whether the caller is on the main thread and `state_fits`. Otherwise a strict host aborts with the plugin and the
/// function named; others log it, fill `err` and answer NEB_E_STATE.
[[nodiscard]] neb_status permit(const InstanceContext &context, const char *function, bool state_fits,
                                const char *required, neb_error *err) noexcept;

/// Calls `body(context)` and lets no exception out: NEB_E_NO_MEMORY or NEB_E_FAIL then; NEB_E_INVALID for a NULL host.
template <class Body>
neb_status contained(const neb_host *host, const char *function, Body body) noexcept {
   InstanceContext *context = context_of(host);
   if (context == nullptr)
      return NEB_E_INVALID;
   try {
      return body(*context);
   } catch (const std::bad_alloc &) {
      return NEB_E_NO_MEMORY;
   } catch (const std::exception &thrown) {
      report_thrown(*context, function, thrown.what());
   } catch (...) {
      report_thrown(*context, function, "an exception of an unknown type");
   }
   return NEB_E_FAIL;
}

// The tables; those that are the same for every instance are shared.
[[nodiscard]] const void *clock_table() noexcept;
[[nodiscard]] const void *executor_table() noexcept;
[[nodiscard]] const void *events_table() noexcept;
[[nodiscard]] const void *metrics_table() noexcept;
[[nodiscard]] const void *health_table() noexcept;
[[nodiscard]] const void *kv_table() noexcept;
[[nodiscard]] const void *node_table() noexcept;
[[nodiscard]] neb_ext_services make_services_table(const SlotFunctions &slots) noexcept;
[[nodiscard]] neb_ext_config make_config_table(const neb_ext_config &of_config) noexcept;

} // namespace nebula::host
