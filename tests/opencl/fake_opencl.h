#pragma once

/// A test double of an OpenCL driver: a table of functions whose one device runs a C++ function, at once, whenever a
/// kernel is launched. It proves what the host code does when a driver fails in ways no working driver can be made to.

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/opencl/device.h"

namespace nebula::test {

/// What a kernel sees when it is launched.
struct FakeLaunch {
   std::size_t items, local;
   const std::map<unsigned, std::vector<std::uint8_t>> &arguments;

   template <class T>
   [[nodiscard]] T number(unsigned index) const {
      T value;
      std::memcpy(&value, arguments.at(index).data(), sizeof value);
      return value;
   }
   /// The words of the buffer that argument names.
   [[nodiscard]] std::uint32_t *words(unsigned index) const;
};

/// There can be one at a time: OpenCL's functions carry no context.
class FakeOpenCl {
public:
   FakeOpenCl();
   ~FakeOpenCl();
   FakeOpenCl(const FakeOpenCl &) = delete;
   FakeOpenCl &operator=(const FakeOpenCl &) = delete;

   /// Its one device.
   [[nodiscard]] common::opencl::Device device() const;

   // How it behaves.
   std::function<void(const FakeLaunch &)> kernel = [](const FakeLaunch &) {};
   std::function<std::uint64_t(std::size_t items, std::size_t local)> kernel_ns = [](std::size_t, std::size_t) {
      return std::uint64_t{4'000'000};
   };
   std::string driver_version = "1.0";
   unsigned launches_before_failure = UINT32_MAX;
   cl_int launch_code = CL_SUCCESS;   ///< what launches return from then on
   cl_int event_status = CL_COMPLETE; ///< what their events come to from then on; CL_RUNNING: they never end
   cl_int buffer_code = CL_SUCCESS;
   bool refuses_binaries = false;

   // What it was asked to do.
   unsigned compiled = 0, loaded = 0, launches = 0;
   std::map<std::size_t, unsigned> launches_of; ///< by work-group size
   int objects = 0;                             ///< made and not yet released

   common::opencl::Api api{};
};

} // namespace nebula::test
