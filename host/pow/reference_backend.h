#pragma once

/// The backend that the host supplies for every algorithm: its reference, one hash after the other, on the calling
/// thread. So a plugin that gives only an algorithm already mines.

#include <nebula/cpu_backend.hpp>
#include <nebula/svc/pow-algorithm.h>

#include <string>

namespace nebula::host {

inline constexpr const char *k_reference_properties = "device=cpu,kind=reference";

class ReferenceBackend {
public:
   /// `algorithm` is the host's completed copy and outlives this object, which outlives its sessions.
   explicit ReferenceBackend(const neb_pow_algorithm &algorithm);
   ReferenceBackend(const ReferenceBackend &) = delete;
   ReferenceBackend &operator=(const ReferenceBackend &) = delete;

   [[nodiscard]] const neb_pow_backend *table() const noexcept { return backend_.table(); }

private:
   std::string name_; // "cosmic-harmony/reference"
   CpuBackend backend_;
};

} // namespace nebula::host
