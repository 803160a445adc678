#include "host/cli/doctor.h"

#include <cstdint>
#include <dlfcn.h>

namespace nebula::host::cli {

namespace {

// The three entry points of the OpenCL 1.2 ICD loader that counting devices takes. Declared here so that the program
// neither links nor needs OpenCL: the loader is opened when it is there.
using PlatformIds = std::int32_t (*)(std::uint32_t, void **, std::uint32_t *);
using DeviceIds = std::int32_t (*)(void *, std::uint64_t, std::uint32_t, void **, std::uint32_t *);
using DeviceInfo = std::int32_t (*)(void *, std::uint32_t, std::size_t, void *, std::size_t *);

constexpr std::uint64_t k_device_type_all = 0xFFFFFFFF; // CL_DEVICE_TYPE_ALL
constexpr std::uint32_t k_device_name = 0x102B;         // CL_DEVICE_NAME
constexpr std::uint32_t k_platforms_max = 16;
constexpr std::uint32_t k_devices_max = 64;

[[nodiscard]] std::string devices(PlatformIds platform_ids, DeviceIds device_ids, DeviceInfo device_info) {
   void *platforms[k_platforms_max] = {};
   std::uint32_t platform_count = 0;
   if (platform_ids(k_platforms_max, platforms, &platform_count) != 0) {
      return {};
   }
   std::string all;
   for (std::uint32_t p = 0; p < platform_count && p < k_platforms_max; ++p) {
      void *found[k_devices_max] = {};
      std::uint32_t count = 0;
      if (device_ids(platforms[p], k_device_type_all, k_devices_max, found, &count) != 0) {
         continue;
      }
      for (std::uint32_t d = 0; d < count && d < k_devices_max; ++d) {
         char name[256] = {};
         if (device_info(found[d], k_device_name, sizeof name - 1, name, nullptr) == 0) {
            all += (all.empty() ? "" : ", ") + std::string(name);
         }
      }
   }
   return all;
}

} // namespace

Finding check_opencl() {
   using Level = Finding::Level;
   void *loader = ::dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_LOCAL);
   if (!loader) {
      return {Level::note, "OpenCL", "no ICD loader",
              "only for GPU mining: sudo apt-get install ocl-icd-libopencl1 and your vendor's driver"};
   }
   const auto platform_ids = reinterpret_cast<PlatformIds>(::dlsym(loader, "clGetPlatformIDs"));
   const auto device_ids = reinterpret_cast<DeviceIds>(::dlsym(loader, "clGetDeviceIDs"));
   const auto device_info = reinterpret_cast<DeviceInfo>(::dlsym(loader, "clGetDeviceInfo"));
   const auto all = platform_ids && device_ids && device_info ? devices(platform_ids, device_ids, device_info) : "";
   if (all.empty()) {
      return {Level::note, "OpenCL", "loader present, no device",
              "install your GPU vendor's OpenCL driver (for tests on the CPU: sudo apt-get install pocl-opencl-icd)"};
   }
   return {Level::good, "OpenCL", all, ""};
}

} // namespace nebula::host::cli
