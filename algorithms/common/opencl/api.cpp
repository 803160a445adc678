#include "common/opencl/api.h"

#include <dlfcn.h>

namespace nebula::common::opencl {
namespace {

struct Loaded {
   Api api{};
   std::string failure;
};

template <class Function>
void resolve(void *library, const char *name, Function &out, std::string &failure) {
   out = reinterpret_cast<Function>(dlsym(library, name));
   if (!out && failure.empty())
      failure = std::string("libOpenCL.so.1 has no ") + name + ": it is older than OpenCL 1.2";
}

Loaded load() {
   Loaded l;
   void *library = dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_LOCAL);
   if (!library) {
      l.failure = "libOpenCL.so.1 is not installed (an OpenCL loader such as ocl-icd)";
      return l;
   }
#define NEBULA_RESOLVE(name) resolve(library, "cl" #name, l.api.name, l.failure)
   NEBULA_RESOLVE(GetPlatformIDs);
   NEBULA_RESOLVE(GetPlatformInfo);
   NEBULA_RESOLVE(GetDeviceIDs);
   NEBULA_RESOLVE(GetDeviceInfo);
   NEBULA_RESOLVE(CreateContext);
   NEBULA_RESOLVE(ReleaseContext);
   NEBULA_RESOLVE(CreateCommandQueue);
   NEBULA_RESOLVE(ReleaseCommandQueue);
   NEBULA_RESOLVE(CreateProgramWithSource);
   NEBULA_RESOLVE(CreateProgramWithBinary);
   NEBULA_RESOLVE(BuildProgram);
   NEBULA_RESOLVE(GetProgramBuildInfo);
   NEBULA_RESOLVE(GetProgramInfo);
   NEBULA_RESOLVE(ReleaseProgram);
   NEBULA_RESOLVE(CreateKernel);
   NEBULA_RESOLVE(SetKernelArg);
   NEBULA_RESOLVE(GetKernelWorkGroupInfo);
   NEBULA_RESOLVE(ReleaseKernel);
   NEBULA_RESOLVE(CreateBuffer);
   NEBULA_RESOLVE(ReleaseMemObject);
   NEBULA_RESOLVE(EnqueueNDRangeKernel);
   NEBULA_RESOLVE(EnqueueReadBuffer);
   NEBULA_RESOLVE(EnqueueWriteBuffer);
   NEBULA_RESOLVE(GetEventInfo);
   NEBULA_RESOLVE(GetEventProfilingInfo);
   NEBULA_RESOLVE(ReleaseEvent);
   NEBULA_RESOLVE(Flush);
   NEBULA_RESOLVE(Finish);
#undef NEBULA_RESOLVE
   return l;
}

} // namespace

const Api *api(std::string &why) {
   static const Loaded loaded = load();
   why = loaded.failure;
   return loaded.failure.empty() ? &loaded.api : nullptr;
}

} // namespace nebula::common::opencl
