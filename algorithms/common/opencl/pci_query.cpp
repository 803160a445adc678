#include "common/opencl/pci_query.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace nebula::common::opencl {
namespace {

// cl_khr_pci_bus_info: four 32-bit numbers, domain first.
constexpr cl_device_info k_khr_pci = 0x410F;
// cl_nv_device_attribute_query: one 32-bit number each. The slot holds device << 3 | function.
constexpr cl_device_info k_nv_bus = 0x4008, k_nv_slot = 0x4009, k_nv_domain = 0x400A;
// cl_amd_device_attribute_query: a type (1: PCI Express), 17 unused bytes, then one byte each of bus, device, function.
constexpr cl_device_info k_amd_topology = 0x4037;
constexpr std::uint8_t k_amd_pcie = 1;

[[nodiscard]] std::optional<PciAddress> by_khr(const Api &cl, cl_device_id id) {
   std::array<std::uint32_t, 4> v{};
   if (cl.GetDeviceInfo(id, k_khr_pci, sizeof v, v.data(), nullptr) != CL_SUCCESS)
      return std::nullopt;
   return PciAddress{v[0], v[1], v[2], v[3]};
}

[[nodiscard]] std::optional<PciAddress> by_nvidia(const Api &cl, cl_device_id id) {
   std::uint32_t bus = 0, slot = 0, domain = 0;
   if (cl.GetDeviceInfo(id, k_nv_bus, sizeof bus, &bus, nullptr) != CL_SUCCESS ||
       cl.GetDeviceInfo(id, k_nv_slot, sizeof slot, &slot, nullptr) != CL_SUCCESS)
      return std::nullopt;
   // Older drivers do not say the domain; there it is 0.
   if (cl.GetDeviceInfo(id, k_nv_domain, sizeof domain, &domain, nullptr) != CL_SUCCESS)
      domain = 0;
   return PciAddress{domain, bus, slot >> 3, slot & 7};
}

[[nodiscard]] std::optional<PciAddress> by_amd(const Api &cl, cl_device_id id) {
   std::array<std::uint8_t, 24> v{};
   if (cl.GetDeviceInfo(id, k_amd_topology, sizeof v, v.data(), nullptr) != CL_SUCCESS || v[0] != k_amd_pcie)
      return std::nullopt;
   return PciAddress{0, v[21], v[22], v[23]};
}

struct Query {
   std::string_view extension; ///< asking without it is an error
   std::optional<PciAddress> (*ask)(const Api &cl, cl_device_id id);
};

constexpr Query k_queries[] = {{"cl_khr_pci_bus_info", by_khr},
                               {"cl_nv_device_attribute_query", by_nvidia},
                               {"cl_amd_device_attribute_query", by_amd}};

[[nodiscard]] std::string extensions_of(const Api &cl, cl_device_id id) {
   std::size_t length = 0;
   if (cl.GetDeviceInfo(id, CL_DEVICE_EXTENSIONS, 0, nullptr, &length) != CL_SUCCESS)
      return {};
   std::string names(length, '\0');
   if (cl.GetDeviceInfo(id, CL_DEVICE_EXTENSIONS, length, names.data(), nullptr) != CL_SUCCESS)
      return {};
   return names;
}

} // namespace

std::optional<PciAddress> pci_address(const Api &cl, cl_device_id id) {
   const std::string extensions = extensions_of(cl, id);
   for (const Query &query : k_queries)
      if (extensions.find(query.extension) != std::string::npos)
         if (const auto address = query.ask(cl, id))
            return address;
   return std::nullopt;
}

} // namespace nebula::common::opencl
