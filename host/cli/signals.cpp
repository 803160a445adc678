#include "host/cli/signals.h"

#include <csignal>
#include <pthread.h>

namespace nebula::host::cli {

namespace {

// Wakes the waiting thread for its end; a real one (the window was resized) means nothing to it.
constexpr int k_end = SIGWINCH;

[[nodiscard]] sigset_t handled() {
   sigset_t set;
   ::sigemptyset(&set);
   for (const int signal : {SIGHUP, SIGUSR1, SIGUSR2, SIGTERM, SIGINT, k_end}) {
      ::sigaddset(&set, signal);
   }
   return set;
}

} // namespace

Signals::Signals() {
   const auto set = handled();
   ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
   ::signal(SIGPIPE, SIG_IGN); // a closed socket is an error of write, not the end of the node
}

Signals::~Signals() {
   stop();
}

void Signals::stop() {
   if (thread_.joinable()) {
      stopping_.store(true);
      ::pthread_kill(thread_.native_handle(), k_end);
      thread_.join();
   }
}

void Signals::deliver_to(std::function<void(int)> received) {
   received_ = std::move(received);
   thread_ = std::thread([this] {
      const auto set = handled();
      for (;;) {
         int signal = 0;
         if (::sigwait(&set, &signal) != 0) {
            continue;
         }
         if (signal != k_end) {
            received_(signal);
         } else if (stopping_.load()) {
            return;
         }
      }
   });
}

} // namespace nebula::host::cli
