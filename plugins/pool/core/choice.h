#pragma once

/// Which of a port's algorithms a miner wants, by what it says of itself.

#include "pool.h"

namespace nebula::pool {

[[nodiscard]] bool is_named(const PoolAlgorithm &algorithm, std::string_view name);

struct Chosen {
   std::optional<std::uint8_t> algorithm; ///< index of the pool's algorithms; nothing: it did not say, or see `missing`
   std::uint8_t called = 0;               ///< by which of its names; 0: its own, 1: its first alias
   std::string missing;                   ///< what it wants and the port has not
};

/// Dialect A: the first of the miner's list that the port serves. An empty list asks for nothing.
[[nodiscard]] Chosen choose_by_list(const PoolSettings &settings, const PortSettings &port,
                                    const std::vector<std::string> &names);

/// Stratum v1, by its program: the agent names an algorithm, or is known to mine those of one dialect only.
[[nodiscard]] Chosen choose_by_agent(const PoolSettings &settings, const PortSettings &port, std::string_view agent);

/// Stratum v1, by the password: `a=NAME` or `algo=NAME`, or a part of it as ZION 2.8.2 has it (randomx, autolykos,
/// yescrypt, cosmic). `current` stays when it fits.
[[nodiscard]] Chosen choose_by_password(const PoolSettings &settings, const PortSettings &port, std::uint8_t current,
                                        std::string_view password);

} // namespace nebula::pool
