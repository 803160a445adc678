#pragma once

/// Completing the tables that plugins hand over. The host calls only through copies of its own, which have every
/// member: those that the plugin's version lacks, or left NULL, answer NEB_E_UNSUPPORTED (functions without a status:
/// nothing, 0 or NULL). So no call site tests for size or NULL.

#include "host/util/result.h"

#include <nebula/plugin.h>

#include <cstdint>
#include <string_view>

namespace nebula::host {

/// Longest table of a contract this host does not know: 500 functions.
inline constexpr std::uint32_t k_max_table_bytes = 4096;

/// The completed copy of a plugin's table. Refused: NULL, or a `size` too small to hold init, start, stop and destroy.
[[nodiscard]] Result<neb_plugin> complete_plugin(const neb_plugin *given);

/// The completed copy of a service's table, kept for ever: a reader may be inside when its provider is gone. Contracts
/// of this host's headers are completed; the table of an unknown one is copied by its own `size`. Refused: NULL, and
/// sizes that make no sense. Thread-safe.
[[nodiscard]] Result<const void *> complete_service(std::string_view id, const void *given);

} // namespace nebula::host
