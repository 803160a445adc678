#include "common/opencl/machine.h"

#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace nebula::common::opencl {

namespace {

// Of the drivers that have OpenCL: NVIDIA; AMD's compute driver; Arm Mali; Windows' subsystem. Every graphics card with
// a Linux driver (AMD, Intel, ...) also has a render node, /dev/dri/renderD128 and on.
constexpr std::array k_nodes = {"/dev/nvidiactl", "/dev/nvidia0", "/dev/kfd", "/dev/mali0", "/dev/dxg"};

} // namespace

bool machine_has_accelerator() {
   std::error_code failed;
   for (const char *node : k_nodes) {
      if (std::filesystem::exists(node, failed))
         return true;
   }
   for (std::filesystem::directory_iterator entry("/dev/dri", failed), end; !failed && entry != end;
        entry.increment(failed)) {
      if (std::string_view(entry->path().filename().c_str()).starts_with("renderD"))
         return true;
   }
   return false;
}

} // namespace nebula::common::opencl
