#pragma once

/// How hard a share is, as the pool counts it.

#include <cstdint>

namespace nebula::pool {

/// The hashes that one share takes on average, at least 1. Every dialect's own scale (Bitcoin's, Monero's, a target)
/// follows from it, and so does what a share is worth.
using Difficulty = std::uint64_t;

} // namespace nebula::pool
