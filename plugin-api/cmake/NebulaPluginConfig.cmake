# find_package(NebulaPlugin): the target Nebula::plugin_api and the function nebula_add_plugin().
include(${CMAKE_CURRENT_LIST_DIR}/NebulaPluginTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/NebulaPluginFunctions.cmake)
