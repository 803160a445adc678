#include "keystore.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nebula::chain {
namespace {

constexpr std::size_t k_max_file_bytes = 64 * 1024; // a keystore has under 1 KiB

Error io_error(std::string_view what, const std::string &path) {
   return {Fault::storage, std::string(what) + " " + path + ": " + std::strerror(errno)};
}

class File {
public:
   explicit File(int fd) : fd_(fd) {}
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

bool write_all(int fd, std::string_view text) {
   while (!text.empty()) {
      const ssize_t written = ::write(fd, text.data(), text.size());
      if (written < 0 && errno != EINTR)
         return false;
      text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
   }
   return true;
}

/// So that the name survives a power loss too.
void sync_folder_of(const std::string &path) {
   const std::size_t slash = path.rfind('/');
   const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
   const File file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
   if (file.fd() >= 0)
      (void)::fsync(file.fd());
}

} // namespace

Result<void> write_keystore_file(const std::string &path, std::string_view json) {
   const std::string temporary = path + ".new";
   (void)::unlink(temporary.c_str());
   {
      const File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
      if (file.fd() < 0)
         return io_error("cannot create", temporary);
      if (!write_all(file.fd(), json) || ::fsync(file.fd()) != 0) {
         const Error error = io_error("cannot write", temporary);
         (void)::unlink(temporary.c_str());
         return error;
      }
   }
   // link() fails when the name is taken, where rename() would replace it.
   if (::link(temporary.c_str(), path.c_str()) != 0) {
      const Error error = errno == EEXIST
                             ? Error{Fault::duplicate, path + " exists and is not overwritten: it may hold money. "
                                                              "Name another file with --file"}
                             : io_error("cannot create", path);
      (void)::unlink(temporary.c_str());
      return error;
   }
   (void)::unlink(temporary.c_str());
   sync_folder_of(path);
   return {};
}

Result<std::string> read_keystore_file(const std::string &path) {
   const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
   if (file.fd() < 0)
      return errno == ENOENT
                ? Error{Fault::missing, "there is no keystore " + path + ": make one with `nebula wallet new`"}
                : io_error("cannot read", path);
   std::string out(k_max_file_bytes, '\0');
   std::size_t size = 0;
   for (;;) {
      const ssize_t got = ::read(file.fd(), out.data() + size, out.size() - size);
      if (got < 0 && errno == EINTR)
         continue;
      if (got < 0)
         return io_error("cannot read", path);
      size += static_cast<std::size_t>(got);
      if (got == 0 || size == out.size())
         break;
   }
   out.resize(size);
   return out;
}

} // namespace nebula::chain
