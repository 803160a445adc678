#pragma once

/// What a plugin does in its init to offer a backend for every OpenCL device of the machine.

#include <nebula/plugin.hpp>

#include <deque>
#include <functional>

#include "common/opencl/backend.h"

namespace nebula::common::opencl {

class Offer {
public:
   using MakeSpec = std::function<BackendSpec(const Device &device)>;

   /// Reads the plugin's option `opencl` (gpu, all or off; gpu when absent) and provides `nebula.pow.backend/1` for
   /// each device it admits. Compiled kernels are kept in the instance's folder, if the host gives it one. Throws what
   /// `Config::refuse` throws.
   void provide(Host host, const Config &config, const MakeSpec &make);

private:
   std::deque<OpenClBackend>
      backends_; ///< the host calls through tables inside: a deque leaves its elements where they are
};

} // namespace nebula::common::opencl
