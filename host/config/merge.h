#pragma once

/// Laying one configuration over another.
///
///    map  over map      merged key by key
///    anything else      replaced; a list as a whole
///
/// One exception makes overlays useful: `plugins` is a list, and a *map* laid over it addresses its entries by instance
/// name
/// (`as`, else `id`). The entry is merged; `null` removes it; a name that is not there is a mistake, unless it brings
/// an `id`, which adds an instance.
///
///    profiles:
///      quiet:
///        plugins: {miner: {config: {threads: 1}}, gateway: null}

#include "host/config/mistake.h"
#include "host/config/value.h"

namespace nebula::host::config {

enum class KeyMatch {
   exact,
   folded, // case, '-', '_' and '.' do not count when a key of the base fits: for environment variables
};

[[nodiscard]] Value merge(const Value &base, const Value &overlay, KeyMatch match, Mistakes &mistakes);

/// `as`, else `id`, else empty.
[[nodiscard]] std::string instance_name(const Value &plugin_entry);

} // namespace nebula::host::config
