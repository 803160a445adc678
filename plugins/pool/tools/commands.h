#pragma once

/// The commands of this plugin. Each gets the words after its name and gives the exit status of the program.

#include "algorithms.h"

#include <nebula/command.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace nebula::pool {

enum : std::int32_t { k_exit_ok = 0, k_exit_failed = 1, k_exit_usage = 64, k_exit_unavailable = 69 };

using Words = std::span<const std::string_view>;

[[nodiscard]] std::int32_t run_bench_pool(Words words, const CommandIo &io, const Algorithms &algorithms);
[[nodiscard]] std::int32_t run_simulate_vardiff(Words words, const CommandIo &io);

} // namespace nebula::pool
