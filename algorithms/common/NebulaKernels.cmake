# What the CMake files of algorithms with their own kernels share.

# nebula_kernel(FILE [OPTION..]): FILE, a source of this folder, is a kernel for one instruction set, chosen by CPUID. Kernels are
# the product: optimised in every kind of build but Debug.
function(nebula_kernel file)
   set(options "$<$<NOT:$<CONFIG:Debug>>:-O3>" ${ARGN})
   if(NEBULA_SANITIZE)
      list(APPEND options -O2) # those flavours are Debug, and a kernel that is not optimised takes minutes of their tests
   endif()
   if(ARGN MATCHES "avx" AND NEBULA_SANITIZE STREQUAL "address")
      # Thousands of vector operations in a row take minutes to compile with every index checked for undefined behaviour. The same
      # code without vectors keeps those checks, and these keep the addresses'.
      list(APPEND options -fno-sanitize=undefined)
   endif()
   if(ARGN MATCHES "avx512" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # g++ 12 takes the undefined pass-through operand of its own intrinsics for a mistake.
      list(APPEND options -Wno-uninitialized -Wno-maybe-uninitialized)
      if(NEBULA_SANITIZE STREQUAL "address")
         # Its fake stacks, which find uses after return, align variables to 32 bytes; aligned 64-byte moves then fault.
         list(APPEND options --param=asan-use-after-return=0)
      endif()
   endif()
   if(NEBULA_SANITIZE STREQUAL "thread")
      list(APPEND options ${NEBULA_UNSHARED_OPTIONS})
   endif()
   set_source_files_properties(${file} PROPERTIES COMPILE_OPTIONS "${options}")
endfunction()

# Of sources that compute on memory nobody else has: ThreadSanitizer has nothing to find in them, and under it a hash would take a
# hundred times as long, so that the tests of the threads around it could not run.
set(NEBULA_UNSHARED_OPTIONS -fno-sanitize=thread -O2 CACHE INTERNAL "for the two functions in every folder")

# nebula_unshared(FILE..): the sources are such, and no kernels.
function(nebula_unshared)
   if(NEBULA_SANITIZE STREQUAL "thread")
      set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "${NEBULA_UNSHARED_OPTIONS}")
   endif()
endfunction()

# nebula_embed_opencl(TARGET NAMESPACE FILE): the kernel source FILE becomes `NAMESPACE::k_opencl_source` of TARGET.
function(nebula_embed_opencl target namespace file)
   set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
   file(READ ${file} source)
   set(embedded ${CMAKE_CURRENT_BINARY_DIR}/opencl_source.cpp)
   file(CONFIGURE OUTPUT ${embedded} @ONLY CONTENT [=[
#include <string_view>

namespace @namespace@ {
extern const std::string_view k_opencl_source;
const std::string_view k_opencl_source{R"CL(@source@)CL"};
} // namespace @namespace@
]=])
   target_sources(${target} PRIVATE ${embedded})
   target_compile_definitions(${target} PUBLIC NEBULA_HAVE_OPENCL)
   target_link_libraries(${target} PUBLIC nebula_algorithm_opencl)
endfunction()
