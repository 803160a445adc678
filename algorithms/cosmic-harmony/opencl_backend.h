#pragma once

/// A backend over one OpenCL device. Nothing is compiled before a session is opened.

#include <nebula/clock.hpp>

#include <functional>
#include <string_view>

#include "common/opencl/device.h"
#include "common/pow_backend.h"

namespace nebula::cosmic_harmony {

class OpenClBackend final : public common::Backend {
public:
   /// `log` receives why a device was lost, if one ever is; it must be callable as long as there are sessions.
   OpenClBackend(const common::opencl::Device &device, Clock clock, std::function<void(std::string_view)> log);
   [[nodiscard]] std::unique_ptr<common::Session> open(const neb_pow_session_config &config,
                                                       neb_error *err) const override;

private:
   common::opencl::Device device_;
   Clock clock_;
   std::function<void(std::string_view)> log_;
};

} // namespace nebula::cosmic_harmony
