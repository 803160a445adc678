#pragma once

/// OpenCL 1.2, opened at run time: a machine without it loses the OpenCL backends and nothing else.

// The headers are newer than the version asked of a driver.
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <string>

namespace nebula::common::opencl {

/// The functions in use, each under its name without "cl".
struct Api {
   decltype(&clGetPlatformIDs) GetPlatformIDs;
   decltype(&clGetPlatformInfo) GetPlatformInfo;
   decltype(&clGetDeviceIDs) GetDeviceIDs;
   decltype(&clGetDeviceInfo) GetDeviceInfo;
   decltype(&clCreateContext) CreateContext;
   decltype(&clReleaseContext) ReleaseContext;
   decltype(&clCreateCommandQueue) CreateCommandQueue;
   decltype(&clReleaseCommandQueue) ReleaseCommandQueue;
   decltype(&clCreateProgramWithSource) CreateProgramWithSource;
   decltype(&clCreateProgramWithBinary) CreateProgramWithBinary;
   decltype(&clBuildProgram) BuildProgram;
   decltype(&clGetProgramBuildInfo) GetProgramBuildInfo;
   decltype(&clGetProgramInfo) GetProgramInfo;
   decltype(&clReleaseProgram) ReleaseProgram;
   decltype(&clCreateKernel) CreateKernel;
   decltype(&clSetKernelArg) SetKernelArg;
   decltype(&clGetKernelWorkGroupInfo) GetKernelWorkGroupInfo;
   decltype(&clReleaseKernel) ReleaseKernel;
   decltype(&clCreateBuffer) CreateBuffer;
   decltype(&clReleaseMemObject) ReleaseMemObject;
   decltype(&clEnqueueNDRangeKernel) EnqueueNDRangeKernel;
   decltype(&clEnqueueReadBuffer) EnqueueReadBuffer;
   decltype(&clEnqueueWriteBuffer) EnqueueWriteBuffer;
   decltype(&clGetEventInfo) GetEventInfo;
   decltype(&clGetEventProfilingInfo) GetEventProfilingInfo;
   decltype(&clReleaseEvent) ReleaseEvent;
   decltype(&clFlush) Flush;
   decltype(&clFinish) Finish;
};

/// The loader library, opened on the first call and kept for the life of the process (drivers start threads that
/// cannot be unloaded). nullptr when there is none; `why` then says what is missing. Thread-safe.
[[nodiscard]] const Api *api(std::string &why);

} // namespace nebula::common::opencl
