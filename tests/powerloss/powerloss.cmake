# The power-loss harness, for tests: include this file and link nebula_powerloss.
include_guard(GLOBAL)

add_library(nebula_powerloss_shim SHARED ${CMAKE_CURRENT_LIST_DIR}/shim.c)
target_compile_options(nebula_powerloss_shim PRIVATE -fno-sanitize=all)
target_link_options(nebula_powerloss_shim PRIVATE -fno-sanitize=all)
target_link_libraries(nebula_powerloss_shim PRIVATE nebula_warnings)

add_library(nebula_powerloss STATIC ${CMAKE_CURRENT_LIST_DIR}/crash_image.cpp)
target_include_directories(nebula_powerloss PUBLIC ${CMAKE_CURRENT_LIST_DIR}/..)
target_compile_definitions(nebula_powerloss PRIVATE NEBULA_POWERLOSS_SHIM="$<TARGET_FILE:nebula_powerloss_shim>")
target_link_libraries(nebula_powerloss PRIVATE nebula_warnings)
add_dependencies(nebula_powerloss nebula_powerloss_shim)
