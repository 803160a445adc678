#include "host/cli/port_owner.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace nebula::host::cli {

namespace {

namespace fs = std::filesystem;

// The socket inode that listens on `port`, from /proc/net/tcp or tcp6: fields "local_address" (hex address:port), "st"
// (0A is listening) and "inode" (the tenth).
[[nodiscard]] std::string listening_inode(const char *table, std::uint16_t port) {
   std::ifstream in(table);
   std::string line;
   std::getline(in, line);
   while (std::getline(in, line)) {
      std::istringstream fields(line);
      std::vector<std::string> words;
      for (std::string word; fields >> word;) {
         words.push_back(std::move(word));
      }
      if (words.size() < 10 || words[3] != "0A") {
         continue;
      }
      const auto colon = words[1].rfind(':');
      unsigned local = 0;
      std::from_chars(words[1].data() + colon + 1, words[1].data() + words[1].size(), local, 16);
      if (local == port) {
         return words[9];
      }
   }
   return {};
}

[[nodiscard]] bool holds(const fs::path &process, const std::string &target) {
   std::error_code failed;
   for (fs::directory_iterator fd(process / "fd", failed), end; !failed && fd != end; fd.increment(failed)) {
      std::error_code unreadable;
      if (fs::read_symlink(fd->path(), unreadable) == target) {
         return true;
      }
   }
   return false;
}

} // namespace

std::string port_owner(std::uint16_t port) {
   auto inode = listening_inode("/proc/net/tcp", port);
   if (inode.empty()) {
      inode = listening_inode("/proc/net/tcp6", port);
   }
   if (inode.empty()) {
      return {};
   }
   const auto target = "socket:[" + inode + "]";
   std::error_code failed;
   for (fs::directory_iterator process("/proc", failed), end; !failed && process != end; process.increment(failed)) {
      const auto pid = process->path().filename().string();
      if (pid.find_first_not_of("0123456789") == std::string::npos && holds(process->path(), target)) {
         std::ifstream comm(process->path() / "comm");
         std::string name;
         std::getline(comm, name);
         return name + " (pid " + pid + ")";
      }
   }
   return {};
}

} // namespace nebula::host::cli
