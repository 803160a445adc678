#include "host/cli/doctor.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <thread>

namespace nebula::host::cli {

namespace {

using Level = Finding::Level;

// RandomX: a dataset of 2080 MiB and a cache of 256 MiB for each of three keys, in pages of 2 MiB. A thread mines with
// one scratchpad of a page and validates with another.
constexpr std::uint64_t k_randomx_pages = (2080 + 3 * 256) / 2;
constexpr std::uint64_t k_randomx_pages_of_thread = 2;
// A pool of 10,000 connections and room for the node itself.
constexpr rlim_t k_open_files_wanted = 16384;
constexpr std::uint64_t k_disk_wanted = std::uint64_t{10} << 30;

// The number after `key:` in a file such as /proc/meminfo, or 0.
[[nodiscard]] std::uint64_t proc_number(const char *file, std::string_view key) {
   std::ifstream in(file);
   for (std::string line; std::getline(in, line);) {
      if (line.starts_with(key) && line.size() > key.size() && line[key.size()] == ':') {
         const auto at = line.find_first_of("0123456789", key.size());
         std::uint64_t value = 0;
         if (at != std::string::npos) {
            std::from_chars(line.data() + at, line.data() + line.size(), value);
         }
         return value;
      }
   }
   return 0;
}

[[nodiscard]] std::string gib(std::uint64_t bytes) {
   const auto tenths = bytes * 10 >> 30;
   return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " GiB";
}

} // namespace

Finding check_cpu() {
   const auto threads = std::to_string(std::thread::hardware_concurrency()) + " threads";
#if defined(__x86_64__)
   std::string features;
   const auto add = [&features](bool has, const char *name) {
      if (has) {
         features += std::string(" ") + name;
      }
   };
   add(__builtin_cpu_supports("sse4.1") != 0, "SSE4.1");
   add(__builtin_cpu_supports("avx2") != 0, "AVX2");
   add(__builtin_cpu_supports("avx512f") != 0, "AVX-512F");
   add(__builtin_cpu_supports("avx512bw") != 0, "BW");
   add(__builtin_cpu_supports("avx512vl") != 0, "VL");
   if (__builtin_cpu_supports("avx2") == 0) {
      return {Level::note, "CPU", threads + "," + features,
              "the fast CPU backends need AVX2; the scalar ones work everywhere, several times slower"};
   }
   return {Level::good, "CPU", threads + "," + features, ""};
#else
   return {Level::note, "CPU", threads, "no SIMD backends exist for this architecture yet; the scalar ones are used"};
#endif
}

Finding check_memory() {
   const auto total = proc_number("/proc/meminfo", "MemTotal") << 10;
   const auto available = proc_number("/proc/meminfo", "MemAvailable") << 10;
   const auto state = gib(available) + " of " + gib(total) + " available";
   if (available < std::uint64_t{512} << 20) {
      return {Level::bad, "memory", state, "RandomX verification alone takes 256 MiB; free some memory"};
   }
   if (available < std::uint64_t{3} << 30) {
      return {Level::note, "memory", state, "RandomX fast mode takes 2.4 GiB; light mode is used below that"};
   }
   return {Level::good, "memory", state, ""};
}

Finding check_huge_pages() {
   const auto total = proc_number("/proc/meminfo", "HugePages_Total");
   const auto free = proc_number("/proc/meminfo", "HugePages_Free");
   const auto wanted = k_randomx_pages + k_randomx_pages_of_thread * std::thread::hardware_concurrency();
   const auto state = std::to_string(free) + " of " + std::to_string(total) + " free";
   if (free < wanted) {
      return {Level::note, "huge pages", state,
              "RandomX is up to 40 % faster with them: sudo sysctl -w vm.nr_hugepages=" + std::to_string(wanted) +
                 "  (to keep it: a file in /etc/sysctl.d)"};
   }
   return {Level::good, "huge pages", state, ""};
}

Finding check_open_files() {
   rlimit limit{};
   ::getrlimit(RLIMIT_NOFILE, &limit);
   const auto state =
      std::to_string(limit.rlim_cur) + " now, " +
      (limit.rlim_max == RLIM_INFINITY ? "no upper limit" : std::to_string(limit.rlim_max) + " at most");
   if (limit.rlim_max < k_open_files_wanted) {
      return {Level::note, "open files", state,
              "enough for a few hundred connections; for a pool: ulimit -n " + std::to_string(k_open_files_wanted) +
                 ", or LimitNOFILE= in the service unit"};
   }
   return {Level::good, "open files", state, ""};
}

Finding check_clock() {
   timex state{};
   const int answer = ::adjtimex(&state);
   if (answer < 0) {
      return {Level::note, "clock", "not readable here",
              "make sure that something keeps the time (chrony, systemd-timesyncd)"};
   }
   if (answer == TIME_ERROR || (state.status & STA_UNSYNC) != 0) {
      return {Level::note, "clock", "not synchronised",
              "blocks more than 7,200 s ahead are refused by others: sudo apt-get install chrony, or "
              "timedatectl set-ntp true"};
   }
   return {Level::good, "clock", "synchronised, error at most " + std::to_string(state.maxerror / 1000) + " ms", ""};
}

Finding check_disk(const std::string &folder) {
   namespace fs = std::filesystem;
   std::error_code failed;
   auto existing = fs::absolute(folder, failed);
   while (!existing.empty() && !fs::exists(existing, failed) && existing.has_relative_path()) {
      existing = existing.parent_path();
   }
   struct statvfs disk {};
   if (::statvfs(existing.c_str(), &disk) != 0) {
      return {Level::bad, "disk", folder + " cannot be looked at", "set node.data to a folder this user can write"};
   }
   const auto free = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
   const auto state = gib(free) + " free for " + existing.string();
   if ((disk.f_flag & ST_RDONLY) != 0) {
      return {Level::bad, "disk", state + ", mounted read-only", "set node.data to a folder on a writable disk"};
   }
   if (free < k_disk_wanted) {
      return {Level::note, "disk", state, "under " + gib(k_disk_wanted) + ": watch it, or set node.data elsewhere"};
   }
   return {Level::good, "disk", state, ""};
}

} // namespace nebula::host::cli
