#pragma once

/// What stands in the node for a plugin with `isolation: process`: a neb_plugin of the host's own, which provides the
/// runner's algorithms and backends as if the library were loaded here.

#include "host/config/value.h"
#include "host/ext/service_directory.h"
#include "host/plugin/image.h"
#include "host/plugin/manifest.h"

#include <nebula/plugin.h>

#include <cstdint>
#include <string>

namespace nebula::host {

/// The contracts that go through a runner; a plugin that provides or needs another cannot be isolated. Empty: it can;
/// else what stands against it, after "it".
[[nodiscard]] std::string wrong_with_isolation(const Manifest &manifest);

struct IsolationSpec {
   Image image; // opened and checked, and never loaded by this process
   std::string plugin, host_version, node_name, network, data_root;
   std::uint32_t executor_threads = 1;
   config::Value config;
   /// Another instance of the same plugin provides its algorithms: this one adds backends, under names of their own.
   bool backends_only = false;
   std::string program = "/proc/self/exe"; // of the runner; tests have another
};

/// The instance's table, freed by its `destroy`. `host` and `directory` live until then.
[[nodiscard]] const neb_plugin *make_isolated_plugin(const neb_host *host, ServiceDirectory &directory,
                                                     IsolationSpec spec);

} // namespace nebula::host
