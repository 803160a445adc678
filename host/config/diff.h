#pragma once

/// What differs between two configurations: for `config diff` and for a reload, which asks which instances it concerns.

#include "host/config/value.h"

#include <optional>
#include <string>
#include <vector>

namespace nebula::host::config {

struct Change {
   std::string path;            // "plugins.miner.config.threads": plugin entries are matched and named by instance
   std::optional<Value> before; // empty: added
   std::optional<Value> after;  // empty: removed
};

/// In the order of `before`, then what `after` adds. Order of keys and of plugin entries does not count.
[[nodiscard]] std::vector<Change> diff(const Value &before, const Value &after);

/// One line per leaf that changed, secrets redacted:
///    ~ node.name: "a" -> "b" (node.yaml:2:9)
///    + log.file: "x.log" (node.yaml:7:10)
///    - plugins.miner.config.threads: 2
[[nodiscard]] std::string render_diff(const std::vector<Change> &changes);

} // namespace nebula::host::config
