#pragma once

#include <string>
#include <vector>

namespace nebula::host::cli {

// One thing about the machine that a node cares about.
struct Finding {
   enum class Level { good, note, bad };
   Level level = Level::good;
   std::string subject; // "huge pages"
   std::string state;   // what was found
   std::string remedy;  // the command or setting that mends it; empty when good
};

[[nodiscard]] Finding check_cpu();
[[nodiscard]] Finding check_memory();
[[nodiscard]] Finding check_huge_pages();
[[nodiscard]] Finding check_open_files();
[[nodiscard]] Finding check_clock();
[[nodiscard]] Finding check_opencl();
[[nodiscard]] Finding check_disk(const std::string &folder);
// Whether `address` ("127.0.0.1:8080") can be bound now; names the process that holds it when it can be seen.
[[nodiscard]] Finding check_port(const std::string &address);

} // namespace nebula::host::cli
