#include "share_log.h"

#include "accounts/log_format.h"

#include <nebula/error.hpp>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nebula::pool {
namespace {

using accounts::Bytes;
using accounts::ByteView;

/// All of it, or false with errno.
bool write_all(int file, ByteView bytes, std::size_t at) {
   while (!bytes.empty()) {
      const ssize_t count = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(at));
      if (count < 0 && errno == EINTR)
         continue;
      if (count <= 0)
         return false;
      bytes = bytes.subspan(static_cast<std::size_t>(count));
      at += static_cast<std::size_t>(count);
   }
   return true;
}

/// A file that is new, or has a new name, is durable when its folder is.
bool sync_folder_of(const std::string &path) {
   const std::string folder = path.substr(0, path.find_last_of('/') + 1);
   const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
   const bool good = descriptor >= 0 && (fsync(descriptor) == 0 || errno == EINVAL); // some file systems need none
   if (descriptor >= 0)
      close(descriptor);
   return good;
}

} // namespace

ShareLog::ShareLog(std::string path) : path_(std::move(path)) {
   file_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
   if (file_ < 0 && errno == ENOENT)
      make();
   struct stat status {};
   if (file_ < 0 || fstat(file_, &status) != 0)
      raise("cannot be opened");
   if (!S_ISREG(status.st_mode) || static_cast<std::size_t>(status.st_size) != k_bytes) {
      close(file_);
      throw Error(NEB_E_CORRUPT, "the pool's log of shares ", path_, " has ", status.st_size, " bytes instead of ",
                  k_bytes, ": restore it together with the store from one backup");
   }
}

ShareLog::~ShareLog() {
   close(file_);
}

void ShareLog::raise(const char *what) const {
   throw Error(NEB_E_IO, "the pool's log of shares ", path_, ' ', what, ": ", std::strerror(errno));
}

/// Under another name first: one of its own name is always whole.
void ShareLog::make() {
   const std::string fresh = path_ + ".new";
   file_ = open(fresh.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
   if (file_ < 0 || !write_all(file_, Bytes(k_bytes), 0) || fsync(file_) != 0 ||
       rename(fresh.c_str(), path_.c_str()) != 0 || !sync_folder_of(path_)) {
      const int why = errno;
      if (file_ >= 0)
         close(file_);
      errno = why;
      raise("cannot be made");
   }
}

void ShareLog::each(const Visit &visit) {
   Bytes all(k_bytes);
   for (std::size_t at = 0; at < all.size();) {
      const ssize_t count = pread(file_, all.data() + at, all.size() - at, static_cast<off_t>(at));
      if (count < 0 && errno == EINTR)
         continue;
      if (count <= 0)
         raise("cannot be read");
      at += static_cast<std::size_t>(count);
   }
   end_ = accounts::each_logged(all, visit);
}

bool ShareLog::append(std::uint64_t number, ByteView record) {
   if (accounts::logged_size(record.size()) > k_bytes - end_)
      return false;
   const Bytes bytes = accounts::logged(number, record);
   if (!write_all(file_, bytes, end_) || fdatasync(file_) != 0)
      raise("cannot be written");
   end_ += bytes.size();
   return true;
}

} // namespace nebula::pool
