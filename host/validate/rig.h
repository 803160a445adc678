#pragma once

/// One instance of the examined plugin, taken through its life cycle by hand.

#include "host/config/value.h"
#include "host/ext/instance_host.h"
#include "host/plugin/manifest.h"
#include "host/slots/provided.h"
#include "host/util/result.h"
#include "host/validate/host_view.h"
#include "host/validate/subject.h"
#include "host/validate/test_node.h"

#include <nebula/entry.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace nebula::host::validation {

inline constexpr std::uint64_t k_stop_ns = 5'000'000'000; // given to drain and stop

struct RigOptions {
   std::uint32_t index = 0;          // of the plugin in its file
   std::string instance = "subject"; // its name
   HostView *view = nullptr;         // what is different about its host
   std::string config = {};          // JSON text instead of the one given on the command line
   bool empty_config = false;        // an empty map, without the schema's defaults
};

class Rig {
public:
   /// Makes the host record and the configuration; nothing of the plugin is called. Fails when the configuration given
   /// on the command line does not fit the schema; `missing_config` is set when only required options are missing.
   [[nodiscard]] static Result<std::unique_ptr<Rig>> make(Subject &subject, TestNode &node, const RigOptions &options);
   /// Leaves the instance as it is, for the process ends with its check; what it runs may go on using its host.
   ~Rig();
   Rig(const Rig &) = delete;
   Rig &operator=(const Rig &) = delete;

   // Each calls the plugin once and tells the host record about it, whatever the answer. An error is the plugin's text;
   // ErrorKind::io: a port, file or device is taken or failed.
   [[nodiscard]] Result<void> create();
   [[nodiscard]] Result<void> init();
   [[nodiscard]] Result<void> start();
   neb_status drain();
   neb_status stop();
   void destroy();

   /// create, init and, when asked, start.
   [[nodiscard]] Result<void> bring_up(bool started);

   [[nodiscard]] const neb_host *host() const noexcept { return record_; }
   [[nodiscard]] bool in_init() const noexcept { return in_init_; }
   /// What the plugin wrote about its latest failure; empty: nothing.
   [[nodiscard]] const std::string &reason() const noexcept { return reason_; }
   [[nodiscard]] const neb_plugin *table() const noexcept { return &table_; }      // completed
   [[nodiscard]] const neb_plugin *original() const noexcept { return original_; } // as the plugin gave it
   [[nodiscard]] InstanceHost &instance() noexcept { return *instance_; }
   [[nodiscard]] const InstanceHost &instance() const noexcept { return *instance_; }
   [[nodiscard]] const Manifest &manifest() const noexcept { return manifest_; }
   [[nodiscard]] const neb_config *config() const;
   [[nodiscard]] std::vector<const Provided *> provided() const;
   /// The table of a service as the plugin gave it; the host has a completed copy.
   [[nodiscard]] const void *given(const Provided &service) const { return node_.directory().given(service); }

private:
   Rig(TestNode &node, const RigOptions &options, Manifest manifest, config::Value config, const neb_entry *entry);
   Error refused(const char *call, neb_status status, const neb_error &err);

   TestNode &node_;
   const RigOptions options_;
   const Manifest manifest_;
   const config::Value config_;
   const neb_ext_config config_table_;
   const neb_entry *entry_;
   std::unique_ptr<InstanceHost> instance_;
   neb_host &host_; // for ever, like what a view makes of it
   const neb_host *record_ = nullptr;
   std::atomic<bool> in_init_{false};
   std::string reason_;
   const neb_plugin *original_ = nullptr;
   neb_plugin table_{};
   bool tasks_open_ = false;
};

/// The configuration of a plugin under examination: what was given (JSON text, or nothing) completed by the schema's
/// defaults. ErrorKind::unavailable: options are missing; ErrorKind::configuration: what was given is wrong.
[[nodiscard]] Result<config::Value> examined_config(const Manifest &manifest, const std::string &json);

} // namespace nebula::host::validation
