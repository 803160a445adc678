#include "log/stream_sink.h"

#include "log/escape.h"

#include <cerrno>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace nebula::host {
namespace {

constexpr std::string_view k_clear_line = "\r\x1b[K";

[[nodiscard]] std::size_t columns_of(int descriptor) {
   winsize size{};
   return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

} // namespace

void StreamSink::set_bar(std::string bar) {
   if (bar_.empty() && bar.empty())
      return;
   bar_ = std::move(bar);
   write_all(std::string(k_clear_line) + drawn_bar());
}

void StreamSink::sink_it_(const spdlog::details::log_msg &message) {
   spdlog::memory_buf_t line;
   formatter_->format(message, line);
   if (bar_.empty()) {
      write_all({line.data(), line.size()});
      return;
   }
   std::string all(k_clear_line);
   all.append(line.data(), line.size());
   write_all(all + drawn_bar());
}

std::string StreamSink::drawn_bar() const {
   return std::string(cut_utf8(bar_, columns_of(descriptor_) - 1));
}

void StreamSink::write_all(std::string_view bytes) const {
   while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written > 0) {
         bytes.remove_prefix(static_cast<std::size_t>(written));
      } else if (written < 0 && errno == EAGAIN) {
         pollfd ready{descriptor_, POLLOUT, 0}; // somebody made the terminal non-blocking
         if (::poll(&ready, 1, 1000) <= 0)
            return;
      } else if (written == 0 || errno != EINTR) {
         return;
      }
   }
}

} // namespace nebula::host
