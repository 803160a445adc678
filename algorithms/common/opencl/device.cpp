#include "common/opencl/device.h"

#include <nebula/text.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <string_view>
#include <utility>

#include "common/opencl/machine.h"
#include "common/opencl/pci_query.h"
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

[[nodiscard]] std::string text_of(const Api &cl, cl_device_id id, cl_device_info what) {
   return text_of(
      [&](std::size_t size, void *out, std::size_t *length) { return cl.GetDeviceInfo(id, what, size, out, length); });
}

[[nodiscard]] std::string text_of(const Api &cl, cl_platform_id platform, cl_platform_info what) {
   return text_of([&](std::size_t size, void *out, std::size_t *length) {
      return cl.GetPlatformInfo(platform, what, size, out, length);
   });
}

/// Zero when the driver does not say.
template <class T>
[[nodiscard]] T number_of(const Api &cl, cl_device_id id, cl_device_info what) {
   T number = 0;
   return cl.GetDeviceInfo(id, what, sizeof number, &number, nullptr) == CL_SUCCESS ? number : T{0};
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

[[nodiscard]] Device describe(const Api &cl, cl_platform_id platform, cl_device_id id, unsigned index) {
   Device device;
   device.api = &cl;
   device.id = id;
   device.index = index;
   device.name = text_of(cl, id, CL_DEVICE_NAME);
   const std::string platform_name = text_of(cl, platform, CL_PLATFORM_NAME);
   device.vendor = vendor_word(concat(platform_name, " ", text_of(cl, id, CL_DEVICE_VENDOR)));
   device.platform = concat(platform_name, " ", text_of(cl, platform, CL_PLATFORM_VERSION));
   device.version = text_of(cl, id, CL_DEVICE_VERSION);
   device.driver = text_of(cl, id, CL_DRIVER_VERSION);
   device.cpu = (number_of<cl_device_type>(cl, id, CL_DEVICE_TYPE) & CL_DEVICE_TYPE_CPU) != 0;
   device.compute_units = number_of<cl_uint>(cl, id, CL_DEVICE_MAX_COMPUTE_UNITS);
   device.vector_width = std::max(number_of<cl_uint>(cl, id, CL_DEVICE_PREFERRED_VECTOR_WIDTH_INT), cl_uint{1});
   device.memory_bytes = number_of<cl_ulong>(cl, id, CL_DEVICE_GLOBAL_MEM_SIZE);
   device.allocation_bytes_max = number_of<cl_ulong>(cl, id, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
   device.pci = pci_address(cl, id);
   return device;
}

/// What selection takes as a value: no ',', '=', '?', '!' or control character, at most 128 bytes.
[[nodiscard]] std::string property_value(std::string_view text) {
   std::string value(text.substr(0, 128));
   std::replace_if(
      value.begin(), value.end(),
      [](unsigned char c) {
         return c <= 0x20 || c >= 0x7F || std::string_view(",=?!").find(static_cast<char>(c)) != std::string_view::npos;
      },
      '-');
   return value;
}

/// "3.0" of "OpenCL 3.0 CUDA".
[[nodiscard]] std::string_view version_number(std::string_view version) {
   constexpr std::string_view k_before = "OpenCL ";
   if (!version.starts_with(k_before))
      return {};
   version.remove_prefix(k_before.size());
   return version.substr(0, version.find(' '));
}

} // namespace

std::string PciAddress::text() const {
   std::array<char, 32> text{};
   std::snprintf(text.data(), text.size(), "%04x:%02x:%02x.%x", domain, bus, device, function);
   return text.data();
}

std::string Device::properties() const {
   std::string text = concat("device=", cpu ? "cpu" : "gpu", ",kind=opencl,vendor=", vendor, ",index=", index);
   const auto add = [&](const char *key, std::string_view value) {
      if (!value.empty())
         text += concat(",", key, "=", property_value(value));
   };
   add("model", name);
   add("opencl", version_number(version));
   add("driver", driver);
   if (compute_units != 0)
      add("compute-units", std::to_string(compute_units));
   if (memory_bytes != 0)
      add("memory-mib", std::to_string(memory_bytes >> 20));
   if (pci)
      add("pci", pci->text());
   return text;
}

std::vector<Device> list_devices(const Api &cl, Kinds kinds) {
   std::vector<Device> devices;
   std::array<cl_platform_id, k_devices_max> platforms;
   cl_uint platform_count = 0;
   if (cl.GetPlatformIDs(k_devices_max, platforms.data(), &platform_count) != CL_SUCCESS)
      platform_count = 0;
   for (cl_uint p = 0; p < std::min<cl_uint>(platform_count, k_devices_max); ++p) {
      std::array<cl_device_id, k_devices_max> ids;
      cl_uint count = 0;
      // Asking it for its devices would start its threads.
      if (kinds == Kinds::no_cpu && vendor_word(text_of(cl, platforms[p], CL_PLATFORM_NAME)) == "pocl")
         continue;
      const cl_device_type types =
         kinds == Kinds::all ? CL_DEVICE_TYPE_ALL : CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_ACCELERATOR;
      if (cl.GetDeviceIDs(platforms[p], types, k_devices_max, ids.data(), &count) != CL_SUCCESS)
         continue;
      for (cl_uint d = 0; d < std::min<cl_uint>(count, k_devices_max) && devices.size() < k_devices_max; ++d)
         devices.push_back(describe(cl, platforms[p], ids[d], static_cast<unsigned>(devices.size())));
   }
   return devices;
}

std::vector<Device> list_devices(Kinds kinds, std::string &why) {
   if (kinds == Kinds::no_cpu && !machine_has_accelerator()) {
      why = "this machine has no graphics card or accelerator";
      return {};
   }
   const KeepSignalHandlers keep;
   const Api *cl = api(why);
   if (!cl)
      return {};
   std::vector<Device> devices = list_devices(*cl, kinds);
   if (devices.empty())
      why = kinds == Kinds::all ? "OpenCL is installed but no driver offers a device"
                                : "OpenCL is installed but no driver offers a GPU or accelerator";
   return devices;
}

} // namespace nebula::common::opencl
