#include "ext/owner_lock.h"

#include "ext/error_text.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace nebula::host {
namespace {

[[nodiscard]] std::string holder_of(int descriptor) {
   char text[32] = {};
   const ssize_t length = ::pread(descriptor, text, sizeof text - 1, 0);
   const long pid = length > 0 ? std::strtol(text, nullptr, 10) : 0;
   if (pid == ::getpid())
      return "this process (it is open already)";
   return pid > 0 ? "process " + std::to_string(pid) : "another process";
}

} // namespace

std::unique_ptr<OwnerLock> OwnerLock::take(const std::string &directory, neb_error *err) {
   const std::string path = directory + "/owner";
   const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
   if (descriptor < 0) {
      (void)fail(err, NEB_E_IO, path + " cannot be opened (" + std::strerror(errno) + "): the folder must be writable");
      return nullptr;
   }
   if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      (void)fail(err, NEB_E_BUSY,
                 directory + " is in use by " + holder_of(descriptor) +
                    ": stop it, or give this node another data folder");
      ::close(descriptor);
      return nullptr;
   }
   const std::string pid = std::to_string(::getpid()) + '\n';
   // Only for the message above; a full disk must not keep the store closed.
   if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, pid.data(), pid.size(), 0) < 0)
      (void)::ftruncate(descriptor, 0);
   return std::unique_ptr<OwnerLock>(new OwnerLock(descriptor));
}

OwnerLock::~OwnerLock() {
   ::close(descriptor_);
}

} // namespace nebula::host
