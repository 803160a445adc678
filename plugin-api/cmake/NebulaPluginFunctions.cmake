# nebula_add_plugin(NAME <name> SOURCES <file>... MANIFEST <manifest.json> [LIBRARIES <target>...] [OUTPUT <folder>])
#
# Makes the shared library lib<name>.so (target plugin_<name>) as a Nebula plugin: only nebula_plugin_entry exported, everything
# else hidden, bound at load, without unique symbols, with the manifest in its .note.nebula section. The sources see
# NEBULA_PLUGIN_ID and NEBULA_PLUGIN_VERSION from the manifest. It works alike inside the project and from an installed package.
include(GNUInstallDirs)

# Reads member `key` of the manifest (of its first plugin, when the file has several) into `output`.
function(nebula_manifest_member text key manifest output)
   string(JSON type ERROR_VARIABLE problem TYPE "${text}")
   if(problem)
      message(FATAL_ERROR "nebula_add_plugin: ${manifest} is not JSON: ${problem}")
   endif()
   set(first "")
   if(type STREQUAL "ARRAY")
      set(first 0)
   endif()
   string(JSON value ERROR_VARIABLE problem GET "${text}" ${first} ${key})
   if(problem)
      message(FATAL_ERROR "nebula_add_plugin: ${manifest} needs a text \"${key}\"")
   endif()
   set(${output} "${value}" PARENT_SCOPE)
endfunction()

# Writes a source file that carries the text as a note (nebula/manifest.h describes it).
function(nebula_manifest_source text output)
   string(HEX "${text}" hex)
   string(LENGTH "${hex}" digits)
   math(EXPR bytes "${digits} / 2")
   math(EXPR padding "(4 - ${bytes} % 4) % 4")
   math(EXPR padded "${bytes} + ${padding}")
   string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," list "${hex}")
   string(REPEAT "0," ${padding} zeros)
   file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [=[
#include <stdint.h>
__attribute__((section(".note.nebula"), used, aligned(4))) static const struct {
   uint32_t name_size, text_size, type;
   char name[8];
   unsigned char text[@padded@];
} neb_manifest_note = {7u, @bytes@u, 1u, "Nebula", {@list@@zeros@}};
]=])
endfunction()

function(nebula_add_plugin)
   cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;MANIFEST;OUTPUT" "SOURCES;LIBRARIES")
   foreach(needed IN ITEMS NAME MANIFEST SOURCES)
      if(NOT arg_${needed})
         message(FATAL_ERROR "nebula_add_plugin: ${needed} is missing")
      endif()
   endforeach()
   if(arg_UNPARSED_ARGUMENTS)
      message(FATAL_ERROR "nebula_add_plugin: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
   endif()

   # @VERSION@ in the manifest becomes the project's version.
   get_filename_component(manifest ${arg_MANIFEST} ABSOLUTE)
   set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
   file(READ ${manifest} text)
   string(REPLACE "@VERSION@" "${PROJECT_VERSION}" text "${text}")
   nebula_manifest_member("${text}" id ${manifest} id)
   nebula_manifest_member("${text}" version ${manifest} version)
   get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
   set(note ${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.manifest.cpp)
   if("C" IN_LIST languages)
      set(note ${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.manifest.c)
   endif()
   nebula_manifest_source("${text}" ${note})

   set(target plugin_${arg_NAME})
   add_library(${target} MODULE ${arg_SOURCES} ${note})
   target_link_libraries(${target} PRIVATE Nebula::plugin_api ${arg_LIBRARIES})
   target_compile_definitions(${target} PRIVATE NEBULA_PLUGIN_ID="${id}" NEBULA_PLUGIN_VERSION="${version}")
   target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
   target_link_options(${target} PRIVATE -Wl,-z,now,-z,relro
      -Wl,--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/nebula-plugin.map)
   if(NOT NEBULA_SANITIZE) # a sanitizer's runtime comes with the program
      target_link_options(${target} PRIVATE -Wl,-z,defs)
   endif()
   set_target_properties(${target} PROPERTIES
      OUTPUT_NAME ${arg_NAME} PREFIX lib SUFFIX .so
      LINK_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/nebula-plugin.map
      POSITION_INDEPENDENT_CODE ON
      C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
   if(TARGET nebula_warnings)
      target_link_libraries(${target} PRIVATE nebula_warnings)
   endif()
   if(arg_OUTPUT)
      set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${arg_OUTPUT})
      return()
   endif()
   if(NEBULA_PLUGIN_OUTPUT_DIRECTORY)
      set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${NEBULA_PLUGIN_OUTPUT_DIRECTORY})
   endif()
   install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/nebula/plugins)
endfunction()
