#pragma once

/// The OpenCL devices of this machine.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/opencl/api.h"

namespace nebula::common::opencl {

/// Where a card sits: the name under which its sensors are found.
struct PciAddress {
   std::uint32_t domain = 0, bus = 0, device = 0, function = 0;
   /// "0000:65:00.0", as the kernel writes it.
   [[nodiscard]] std::string text() const;
};

struct Device {
   const Api *api = nullptr;
   cl_device_id id = nullptr;
   std::string name;     ///< as the driver says it: "NVIDIA H200"
   std::string vendor;   ///< one lower-case word for selection: nvidia, amd, intel, pocl, apple, other
   std::string platform; ///< name and version of the driver's platform
   std::string version;  ///< "OpenCL 3.0 CUDA"
   std::string driver;   ///< the driver's version
   bool cpu = false;     ///< else a GPU or another accelerator
   unsigned index = 0;   ///< among all devices, in the order of the platforms
   std::uint32_t compute_units = 0;
   std::uint32_t vector_width = 1; ///< of 32-bit integers, as the driver prefers them; 1 on scalar devices
   std::uint64_t memory_bytes = 0;
   std::uint64_t allocation_bytes_max = 0; ///< the largest buffer it promises
   std::optional<PciAddress> pci;          ///< absent when the driver does not say

   /// The clauses that selection reads: "device=gpu,kind=opencl,vendor=nvidia,index=0,...".
   [[nodiscard]] std::string properties() const;
};

/// At most this many are listed: a chassis holds 16 cards, twice over for two drivers.
inline constexpr unsigned k_devices_max = 32;

/// Which devices to look for.
enum class Kinds {
   no_cpu, ///< GPUs and other accelerators; drivers that only offer the processor are not even started
   all
};

/// The devices that a loaded OpenCL shows, in a stable order.
[[nodiscard]] std::vector<Device> list_devices(const Api &cl, Kinds kinds);

/// Loads OpenCL and lists its devices. Empty, with the reason in `why`, when there is no OpenCL or no such device.
/// Signal handlers that drivers install are put back.
[[nodiscard]] std::vector<Device> list_devices(Kinds kinds, std::string &why);

} // namespace nebula::common::opencl
