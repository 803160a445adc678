#pragma once

/// Connects the proof-of-work part to the node around it.

#include "host/node/node_parts.h"

namespace nebula::host {

/// For NodeOptions::pow. Inputs of wrong answers go to DATA/pow-journal.jsonl.
[[nodiscard]] PowFactory pow_factory();

} // namespace nebula::host
