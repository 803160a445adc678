#pragma once

/// Every function a plugin may call on its host, and on which thread in which state: the tags of the contract's headers
/// (tests/validate compares the two).

#include "host/ext/instance_state.h"

#include <string_view>

namespace nebula::host::validation {

struct HostFunction {
   std::string_view table; // "neb_ext_kv"
   std::string_view name;  // "open"
   std::string_view tag;   // "main & (created|ready)"
};

inline constexpr HostFunction k_host_functions[] = {
   {"neb_host", "log", "thread-safe"},
   {"neb_host", "get_extension", "thread-safe"},
   {"neb_host", "provide", "main & in init"},
   {"neb_ext_clock", "monotonic_ns", "real"},
   {"neb_ext_clock", "wall_ns", "real"},
   {"neb_ext_config", "root", "thread-safe"},
   {"neb_ext_config", "at", "thread-safe"},
   {"neb_ext_config", "kind", "thread-safe"},
   {"neb_ext_config", "count", "thread-safe"},
   {"neb_ext_config", "item", "thread-safe"},
   {"neb_ext_config", "as_bool", "thread-safe"},
   {"neb_ext_config", "as_i64", "thread-safe"},
   {"neb_ext_config", "as_u64", "thread-safe"},
   {"neb_ext_config", "as_double", "thread-safe"},
   {"neb_ext_config", "as_str", "thread-safe"},
   {"neb_ext_config", "as_duration_ns", "thread-safe"},
   {"neb_ext_config", "as_size", "thread-safe"},
   {"neb_ext_config", "where", "thread-safe"},
   {"neb_ext_events", "loan", "thread-safe"},
   {"neb_ext_events", "publish", "thread-safe"},
   {"neb_ext_events", "discard", "thread-safe"},
   {"neb_ext_events", "subscribe", "thread-safe"},
   {"neb_ext_events", "unsubscribe", "thread-safe"},
   {"neb_ext_events", "retain", "thread-safe"},
   {"neb_ext_events", "release", "thread-safe"},
   {"neb_ext_events", "dropped", "thread-safe"},
   {"neb_ext_executor", "post", "thread-safe"},
   {"neb_ext_executor", "after", "thread-safe"},
   {"neb_ext_executor", "cancel", "thread-safe"},
   {"neb_ext_executor", "parallel_for", "thread-safe"},
   {"neb_ext_executor", "concurrency", "thread-safe"},
   {"neb_ext_health", "report", "thread-safe"},
   {"neb_ext_health", "beat", "thread-safe"},
   {"neb_ext_health", "progress", "thread-safe"},
   {"neb_ext_kv", "open", "main & (created|ready)"},
   {"neb_ext_kv", "begin", "thread-safe"},
   {"neb_ext_kv", "get", "session"},
   {"neb_ext_kv", "put", "session"},
   {"neb_ext_kv", "del", "session"},
   {"neb_ext_kv", "range", "session"},
   {"neb_ext_kv", "commit", "session"},
   {"neb_ext_kv", "abort", "session"},
   {"neb_ext_metrics", "cell", "thread-safe"},
   {"neb_ext_metrics", "histogram", "thread-safe"},
   {"neb_ext_node", "document", "thread-safe"},
   {"neb_ext_node", "data_dir", "thread-safe"},
   {"neb_ext_node", "node_name", "thread-safe"},
   {"neb_ext_node", "network", "thread-safe"},
   {"neb_ext_services", "find", "main & in init"},
   {"neb_ext_services", "enter", "thread-safe"},
   {"neb_ext_services", "leave", "thread-safe"},
   {"neb_ext_services", "watch", "main"},
   {"neb_ext_services", "list", "main"},
};

/// Ends the program for a function that is not in the list.
[[nodiscard]] const HostFunction &host_function(std::string_view table, std::string_view name);

/// Whether a tag admits the main thread only ("main", with whatever state).
[[nodiscard]] bool wants_main_thread(std::string_view tag);
/// Whether a tag admits a state: "in init", "ready", "!running" or "(created|ready)" behind the '&'.
[[nodiscard]] bool admits_state(std::string_view tag, InstanceState state, bool in_init);

} // namespace nebula::host::validation
