#include "host/cli/data_lock.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace nebula::host::cli {

namespace {

[[nodiscard]] Error refused(const std::string &folder, int why) {
   return {"the data folder " + folder + " cannot be used: " + std::strerror(why) +
              "; set node.data to a folder that this user can write",
           ErrorKind::io};
}

// An flock has no wait with an end.
[[nodiscard]] bool locked(int fd, std::chrono::milliseconds patience) {
   constexpr std::chrono::milliseconds k_pause(20);
   const auto until = std::chrono::steady_clock::now() + patience;
   while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      if (std::chrono::steady_clock::now() >= until) {
         return false;
      }
      std::this_thread::sleep_for(k_pause);
   }
   return true;
}

[[nodiscard]] std::string written_pid(int fd) {
   char text[32] = {};
   const auto got = ::pread(fd, text, sizeof text - 1, 0);
   std::string pid(text, got > 0 ? static_cast<std::size_t>(got) : 0);
   pid.erase(pid.find_last_not_of('\n') + 1);
   return pid;
}

} // namespace

Result<void> make_data_folder(const std::string &folder) {
   std::error_code failed;
   const bool made = std::filesystem::create_directories(folder, failed);
   if (failed) {
      return refused(folder, failed.value());
   }
   if (made) {
      ::chmod(folder.c_str(), 0700);
   }
   return {};
}

Result<DataLock> DataLock::take(const std::string &folder, std::chrono::milliseconds patience) {
   if (const auto made = make_data_folder(folder); !made) {
      return made.error();
   }
   const auto path = folder + "/nebula.lock";
   const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
   if (fd < 0) {
      return refused(folder, errno);
   }
   if (!locked(fd, patience)) {
      const auto pid = written_pid(fd);
      ::close(fd);
      return Error{"another node" + (pid.empty() ? "" : " (pid " + pid + ")") + " runs on the data folder " + folder +
                      "; stop it with `nebula ctl stop`, or give this one another node.data",
                   ErrorKind::temporary};
   }
   DataLock lock{Descriptor(fd)};
   if (const auto done = lock.sign(); !done) {
      return refused(folder, errno);
   }
   return Result<DataLock>(std::move(lock));
}

Result<DataLock> DataLock::adopt(Descriptor passed) {
   DataLock lock(std::move(passed));
   if (const auto done = lock.sign(); !done) {
      return done.error();
   }
   return Result<DataLock>(std::move(lock));
}

// Who holds it, for the message that others get.
Result<void> DataLock::sign() const {
   const auto text = std::to_string(::getpid()) + '\n';
   if (::ftruncate(file_.get(), 0) != 0 || ::pwrite(file_.get(), text.data(), text.size(), 0) < 0) {
      return Error{"the data folder's lock cannot be written: " + std::string(std::strerror(errno)), ErrorKind::io};
   }
   return {};
}

} // namespace nebula::host::cli
