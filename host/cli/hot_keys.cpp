#include "host/cli/hot_keys.h"

#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

namespace nebula::host::cli {

namespace {

// Characters come one by one and unechoed; Ctrl-C stays a signal.
class SingleKeys {
public:
   SingleKeys() {
      ::tcgetattr(STDIN_FILENO, &before_);
      termios mode = before_;
      mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
      mode.c_cc[VMIN] = 1;
      mode.c_cc[VTIME] = 0;
      ::tcsetattr(STDIN_FILENO, TCSANOW, &mode);
   }
   ~SingleKeys() { ::tcsetattr(STDIN_FILENO, TCSANOW, &before_); }
   SingleKeys(const SingleKeys &) = delete;
   SingleKeys &operator=(const SingleKeys &) = delete;

private:
   termios before_{};
};

// A background job must not touch the terminal's mode: that would stop it (SIGTTOU).
[[nodiscard]] bool in_foreground() {
   return ::isatty(STDIN_FILENO) == 1 && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

} // namespace

HotKeys::HotKeys(std::function<void(char)> pressed) : pressed_(std::move(pressed)) {
   if (in_foreground()) {
      wake_ = ::eventfd(0, EFD_CLOEXEC);
      thread_ = std::thread([this] { read_keys(); });
   }
}

HotKeys::~HotKeys() {
   if (!thread_.joinable()) {
      return;
   }
   const std::uint64_t one = 1;
   [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
   thread_.join();
   ::close(wake_);
}

void HotKeys::read_keys() {
   const SingleKeys mode;
   for (;;) {
      pollfd polled[2] = {{STDIN_FILENO, POLLIN, 0}, {wake_, POLLIN, 0}};
      if (::poll(polled, 2, -1) < 0 && errno != EINTR) {
         return;
      }
      if (polled[1].revents != 0) {
         return;
      }
      if (polled[0].revents != 0) {
         char key = 0;
         if (::read(STDIN_FILENO, &key, 1) != 1) {
            return; // the terminal went away
         }
         pressed_(key);
      }
   }
}

} // namespace nebula::host::cli
