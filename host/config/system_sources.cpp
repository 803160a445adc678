#include "host/config/system_sources.h"

#include "host/config/limits.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

extern "C" char **environ;

namespace nebula::host::config {

namespace {

class File {
public:
   explicit File(const std::string &path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
   File(const File &) = delete;
   File &operator=(const File &) = delete;
   ~File() {
      if (fd_ >= 0)
         ::close(fd_);
   }
   [[nodiscard]] int fd() const { return fd_; }

private:
   int fd_;
};

Error refused(int problem) {
   return {std::strerror(problem), problem == ENOENT || problem == ENOTDIR ? ErrorKind::unavailable : ErrorKind::io};
}

} // namespace

Result<std::string> read_system_file(const std::string &path) {
   const File file(path);
   if (file.fd() < 0)
      return refused(errno);
   std::string content;
   std::array<char, 16384> piece{};
   while (content.size() <= k_max_file_bytes) {
      const ssize_t count = ::read(file.fd(), piece.data(), piece.size());
      if (count < 0 && errno == EINTR)
         continue;
      if (count < 0)
         return refused(errno);
      if (count == 0)
         break;
      content.append(piece.data(), static_cast<std::size_t>(count));
   }
   return content;
}

Variables system_environment() {
   Variables variables;
   for (char **entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
      const std::string_view text(*entry);
      const std::size_t equals = text.find('=');
      if (equals != std::string_view::npos)
         variables.insert_or_assign(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
   }
   return variables;
}

} // namespace nebula::host::config
