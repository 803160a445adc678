# The warnings every target of the project is held to, as one interface target.
add_library(nebula_warnings INTERFACE)
target_compile_options(nebula_warnings INTERFACE
   -Wall -Wextra -Wpedantic -Wconversion -Wshadow
   $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>)
