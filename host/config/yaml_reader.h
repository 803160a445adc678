#pragma once

/// YAML text -> Value, every node with its line and column. Refused, with the position: duplicate keys, keys that are
/// not words, several documents, unknown tags, aliases that contain themselves, quotes that never close, and whatever
/// exceeds limits.h (depth, nodes with aliases expanded, keys of one map, length of a value). Merge keys (`<<: *base`)
/// are understood.
///
/// Reading stops at the first mistake of syntax, since what follows one means nothing.

#include "host/config/mistake.h"
#include "host/config/value.h"

#include <optional>
#include <string_view>

namespace nebula::host::config {

/// `file` gives layer and source name of every node. nullopt after a mistake. A text without any value is a null Value.
[[nodiscard]] std::optional<Value> read_yaml(std::string_view bytes, const Origin &file, Mistakes &mistakes);

} // namespace nebula::host::config
