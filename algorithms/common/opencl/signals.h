#pragma once

/// Drivers and their compilers install signal handlers; the process's belong to the host.

#include <csignal>

#include <array>

namespace nebula::common::opencl {

/// Puts back, when destroyed, every handler that changed meanwhile. Handlers belong to the whole process: make one only
/// around calls into a driver, which nothing else should race with.
class KeepSignalHandlers {
public:
   KeepSignalHandlers() noexcept {
      for (int signal = 1; signal < k_signals; ++signal)
         known_[index(signal)] = sigaction(signal, nullptr, &before_[index(signal)]) == 0;
   }
   ~KeepSignalHandlers() {
      for (int signal = 1; signal < k_signals; ++signal) {
         struct sigaction now {};
         const struct sigaction &before = before_[index(signal)];
         if (known_[index(signal)] && sigaction(signal, nullptr, &now) == 0 && now.sa_handler != before.sa_handler)
            (void)sigaction(signal, &before, nullptr);
      }
   }
   KeepSignalHandlers(const KeepSignalHandlers &) = delete;
   KeepSignalHandlers &operator=(const KeepSignalHandlers &) = delete;

private:
   static constexpr int k_signals = 32; ///< the ordinary ones
   static constexpr std::size_t index(int signal) noexcept { return static_cast<std::size_t>(signal); }

   std::array<struct sigaction, k_signals> before_{};
   std::array<bool, k_signals> known_{};
};

} // namespace nebula::common::opencl
