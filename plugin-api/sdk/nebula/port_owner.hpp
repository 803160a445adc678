// Who holds a TCP port: what a listener's "address already in use" should tell its operator.
#pragma once

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace nebula {

namespace detail {

// The socket inode that listens on `port`, from /proc/net/tcp or tcp6: fields "local_address" (hex address:port), "st"
// (0A is listening) and "inode" (the tenth).
[[nodiscard]] inline std::string listening_inode(const char *table, std::uint16_t port) {
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

[[nodiscard]] inline bool holds_descriptor(const std::filesystem::path &process, const std::string &target) {
   std::error_code failed;
   for (std::filesystem::directory_iterator fd(process / "fd", failed), end; !failed && fd != end;
        fd.increment(failed)) {
      std::error_code unreadable;
      if (std::filesystem::read_symlink(fd->path(), unreadable) == target) {
         return true;
      }
   }
   return false;
}

} // namespace detail

// "nginx (pid 4711)" of the process that listens on a TCP port of this machine, or empty when that cannot be seen
// (another user's process, a container). For the message of a bind that failed; reads /proc and takes milliseconds.
[[nodiscard]] inline std::string port_owner(std::uint16_t port) {
   auto inode = detail::listening_inode("/proc/net/tcp", port);
   if (inode.empty()) {
      inode = detail::listening_inode("/proc/net/tcp6", port);
   }
   if (inode.empty()) {
      return {};
   }
   const auto target = "socket:[" + inode + "]";
   std::error_code failed;
   for (std::filesystem::directory_iterator process("/proc", failed), end; !failed && process != end;
        process.increment(failed)) {
      const auto pid = process->path().filename().string();
      if (pid.find_first_not_of("0123456789") == std::string::npos &&
          detail::holds_descriptor(process->path(), target)) {
         std::ifstream comm(process->path() / "comm");
         std::string name;
         std::getline(comm, name);
         return name + " (pid " + pid + ")";
      }
   }
   return {};
}

} // namespace nebula
