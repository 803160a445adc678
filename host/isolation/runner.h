#pragma once

/// The other process: the same program, started with a hidden option, holds one plugin and serves it to the host.

#include <string>
#include <vector>

namespace nebula::host {

inline constexpr const char *k_runner_option = "--plugin-runner";
inline constexpr int k_runner_channel = 3; // the descriptor of the control channel

/// Whether these are the words that RunnerProcess starts a runner with: the option, the host's process id, the
/// instance's name.
[[nodiscard]] bool is_runner(const std::vector<std::string> &words);
/// Serves until the host lets it go; does not return.
[[noreturn]] void run_runner(const std::vector<std::string> &words);

} // namespace nebula::host
