# ccache and a fast linker when the machine has them; sanitizers when asked for. Nothing here is required.
find_program(NEBULA_CCACHE ccache)
if(NEBULA_CCACHE)
   set(CMAKE_C_COMPILER_LAUNCHER ${NEBULA_CCACHE})
   set(CMAKE_CXX_COMPILER_LAUNCHER ${NEBULA_CCACHE})
endif()

find_program(NEBULA_MOLD mold)
if(NEBULA_MOLD AND (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12.1))
   add_link_options(-fuse-ld=mold)
endif()

if(NEBULA_FUZZ)
   add_compile_options(-fsanitize=fuzzer-no-link) # the fuzzer sees the branches of what it is linked with
endif()

if(NEBULA_SANITIZE STREQUAL "address")
   # vptr needs RTTI across shared libraries that hide their symbols: off. So is null: AddressSanitizer reports the access itself, and
   # without a check at each pointer everything compiles a fifth faster.
   add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr,null -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
   if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      add_compile_options(-Wno-maybe-uninitialized) # g++ 12 suspects the instrumented standard library
   endif()
   add_link_options(-fsanitize=address,undefined)
elseif(NEBULA_SANITIZE STREQUAL "thread")
   add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
   add_link_options(-fsanitize=thread)
elseif(NEBULA_SANITIZE)
   message(FATAL_ERROR "NEBULA_SANITIZE=${NEBULA_SANITIZE}: use 'address' or 'thread'")
endif()
