#include "host/cli/command_io.h"

#include "host/ctl/client.h"
#include "host/ctl/server.h"

#include <nebula/error.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace nebula::host::cli {

namespace json = boost::json;

namespace {

constexpr std::chrono::seconds k_patience{60};

void put(std::FILE *stream, neb_str text) {
   std::fwrite(text.ptr, 1, static_cast<std::size_t>(text.len), stream);
   std::fflush(stream);
}

// The terminal of the process, whatever standard input is, with echo off while it lives.
class SilentTerminal {
public:
   SilentTerminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
      if (fd_ >= 0) {
         ::tcgetattr(fd_, &before_);
         termios mode = before_;
         mode.c_lflag &= ~static_cast<tcflag_t>(ECHO);
         mode.c_lflag |= ICANON;
         ::tcsetattr(fd_, TCSAFLUSH, &mode);
      }
   }
   ~SilentTerminal() {
      if (fd_ >= 0) {
         ::tcsetattr(fd_, TCSAFLUSH, &before_);
         [[maybe_unused]] const auto written = ::write(fd_, "\n", 1);
         ::close(fd_);
      }
   }
   SilentTerminal(const SilentTerminal &) = delete;
   SilentTerminal &operator=(const SilentTerminal &) = delete;

   [[nodiscard]] int fd() const { return fd_; }

private:
   int fd_;
   termios before_{};
};

} // namespace

CommandIo::CommandIo(std::string config_file, std::string data_dir)
   : config_file_(std::move(config_file)),
     data_dir_(std::move(data_dir)), table_{
                                        sizeof(neb_command_io), 0,       this, nebula::str(config_file_), &out, &err,
                                        &read_secret,           &request} {}

void CommandIo::out(const neb_command_io *, neb_str text) {
   put(stdout, text);
}
void CommandIo::err(const neb_command_io *, neb_str text) {
   put(stderr, text);
}

neb_status CommandIo::read_secret(const neb_command_io *, neb_str prompt, char *buffer, std::uint64_t *length) {
   const SilentTerminal terminal;
   if (terminal.fd() < 0) {
      return NEB_E_STATE;
   }
   [[maybe_unused]] const auto prompted = ::write(terminal.fd(), prompt.ptr, static_cast<std::size_t>(prompt.len));
   std::uint64_t used = 0;
   for (;;) {
      char c = 0;
      if (::read(terminal.fd(), &c, 1) != 1 || c == '\n') {
         break;
      }
      if (used == *length) {
         return NEB_E_TOO_SMALL;
      }
      buffer[used++] = c;
   }
   *length = used;
   return NEB_OK;
}

neb_status CommandIo::request(const neb_command_io *self, neb_str instance, neb_str method, neb_str params_json,
                              neb_write_fn write, void *user, neb_error *err) {
   return nebula::guarded(err, [&]() -> neb_status {
      boost::system::error_code failed;
      const auto text = nebula::view(params_json);
      auto params =
         json::parse(text.empty() ? json::string_view("{}") : json::string_view(text.data(), text.size()), failed);
      if (failed || !params.is_object()) {
         return nebula::fail(err, NEB_E_INVALID, "the parameters are not a JSON object");
      }
      const auto &data_dir = static_cast<const CommandIo *>(self->ctx)->data_dir_;
      const auto answer = ctl::call(
         ctl::socket_path(data_dir), "instance",
         {{"instance", nebula::view(instance)}, {"method", nebula::view(method)}, {"params", params}}, k_patience);
      if (!answer) {
         const auto status = answer.error().kind == ErrorKind::unavailable ? NEB_E_NOT_FOUND : NEB_E_FAIL;
         return nebula::fail(err, status, answer.error().message);
      }
      const auto document = json::serialize(*answer);
      write(user, nebula::bytes(document));
      return NEB_OK;
   });
}

} // namespace nebula::host::cli
