#include "common/opencl/device.h"

#include "common/opencl/machine.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

#include "common/opencl/signals.h"

namespace nebula::common::opencl {
namespace {

template <class Get>
[[nodiscard]] std::string text_of(Get &&get) {
   std::array<char, 256> text{};
   std::size_t length = 0;
   if (get(text.size() - 1, text.data(), &length) != CL_SUCCESS)
      return {};
   return text.data();
}

[[nodiscard]] std::string vendor_word(std::string platform_and_vendor) {
   std::transform(platform_and_vendor.begin(), platform_and_vendor.end(), platform_and_vendor.begin(),
                  [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
   // PoCL first: it reports the processor's vendor as its device's.
   static constexpr std::pair<std::string_view, const char *> k_words[] = {{"portable computing language", "pocl"},
                                                                           {"nvidia", "nvidia"},
                                                                           {"advanced micro devices", "amd"},
                                                                           {"amd", "amd"},
                                                                           {"intel", "intel"},
                                                                           {"apple", "apple"}};
   for (const auto &[part, word] : k_words)
      if (platform_and_vendor.find(part) != std::string::npos)
         return word;
   return "other";
}

[[nodiscard]] std::string name_of(const Api &cl, cl_platform_id platform) {
   return text_of([&](std::size_t size, void *out, std::size_t *length) {
      return cl.GetPlatformInfo(platform, CL_PLATFORM_NAME, size, out, length);
   });
}

[[nodiscard]] Device describe(const Api &cl, cl_platform_id platform, cl_device_id id, unsigned index) {
   Device device;
   device.api = &cl;
   device.id = id;
   device.index = index;
   device.name = text_of([&](std::size_t size, void *out, std::size_t *length) {
      return cl.GetDeviceInfo(id, CL_DEVICE_NAME, size, out, length);
   });
   const std::string vendor = text_of([&](std::size_t size, void *out, std::size_t *length) {
      return cl.GetDeviceInfo(id, CL_DEVICE_VENDOR, size, out, length);
   });
   device.vendor = vendor_word(name_of(cl, platform) + " " + vendor);
   cl_device_type type = 0;
   device.cpu = cl.GetDeviceInfo(id, CL_DEVICE_TYPE, sizeof type, &type, nullptr) == CL_SUCCESS &&
                (type & CL_DEVICE_TYPE_CPU) != 0;
   return device;
}

} // namespace

std::vector<Device> list_devices(Kinds kinds, std::string &why) {
   std::vector<Device> devices;
   if (kinds == Kinds::no_cpu && !machine_has_accelerator()) {
      why = "this machine has no graphics card or accelerator";
      return devices;
   }
   const KeepSignalHandlers keep;
   const Api *cl = api(why);
   if (!cl)
      return devices;
   std::array<cl_platform_id, k_devices_max> platforms;
   cl_uint platform_count = 0;
   if (cl->GetPlatformIDs(k_devices_max, platforms.data(), &platform_count) != CL_SUCCESS)
      platform_count = 0;
   for (cl_uint p = 0; p < std::min<cl_uint>(platform_count, k_devices_max); ++p) {
      std::array<cl_device_id, k_devices_max> ids;
      cl_uint count = 0;
      // Asking it for its devices would start its threads.
      if (kinds == Kinds::no_cpu && vendor_word(name_of(*cl, platforms[p])) == "pocl")
         continue;
      const cl_device_type types =
         kinds == Kinds::all ? CL_DEVICE_TYPE_ALL : CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_ACCELERATOR;
      if (cl->GetDeviceIDs(platforms[p], types, k_devices_max, ids.data(), &count) != CL_SUCCESS)
         continue;
      for (cl_uint d = 0; d < std::min<cl_uint>(count, k_devices_max) && devices.size() < k_devices_max; ++d)
         devices.push_back(describe(*cl, platforms[p], ids[d], static_cast<unsigned>(devices.size())));
   }
   if (devices.empty())
      why = kinds == Kinds::all ? "OpenCL is installed but no driver offers a device"
                                : "OpenCL is installed but no driver offers a GPU or accelerator";
   return devices;
}

} // namespace nebula::common::opencl
