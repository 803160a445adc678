# nebula_add_plugin(NAME <name> SOURCES <file>... MANIFEST <manifest.json> [LIBRARIES <target>...] [OUTPUT <folder>])
#
# Makes the shared library lib<name>.so as a Nebula plugin: only nebula_plugin_entry exported, everything else hidden, bound
# at load, never unloadable surprises (no unique symbols), with the manifest in its .note.nebula section.
set(NEBULA_PLUGIN_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

# Writes a C file that carries the manifest as a note. @VERSION@ in the manifest becomes the project's version.
function(nebula_manifest_source manifest output)
   file(READ ${manifest} text)
   string(REPLACE "@VERSION@" "${PROJECT_VERSION}" text "${text}")
   file(WRITE ${output}.json "${text}")
   file(READ ${output}.json hex HEX)
   string(LENGTH "${hex}" length)
   math(EXPR bytes "${length} / 2")
   math(EXPR padding "(4 - ${bytes} % 4) % 4")
   string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," list "${hex}")
   foreach(i RANGE 1 ${padding})
      if(padding GREATER 0)
         string(APPEND list "0,")
      endif()
   endforeach()
   math(EXPR padded "${bytes} + ${padding}")
   file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [=[
#include <stdint.h>
__attribute__((section(".note.nebula"), used, aligned(4))) static const struct {
   uint32_t name_size, text_size, type;
   char name[8];
   unsigned char text[@padded@];
} neb_manifest_note = {7u, @bytes@u, 1u, "Nebula", {@list@}};
]=])
endfunction()

function(nebula_add_plugin)
   cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;MANIFEST;OUTPUT" "SOURCES;LIBRARIES")
   foreach(needed IN ITEMS NAME MANIFEST SOURCES)
      if(NOT arg_${needed})
         message(FATAL_ERROR "nebula_add_plugin: ${needed} is missing")
      endif()
   endforeach()
   get_filename_component(manifest ${arg_MANIFEST} ABSOLUTE)
   set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
   set(note ${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.manifest.c)
   nebula_manifest_source(${manifest} ${note})

   set(target plugin_${arg_NAME})
   add_library(${target} MODULE ${arg_SOURCES} ${note})
   target_link_libraries(${target} PRIVATE Nebula::plugin_api ${arg_LIBRARIES})
   target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
   target_link_options(${target} PRIVATE -Wl,-z,now,-z,relro
      -Wl,--version-script=${NEBULA_PLUGIN_CMAKE_DIR}/nebula-plugin.map)
   set_target_properties(${target} PROPERTIES
      OUTPUT_NAME ${arg_NAME} PREFIX lib SUFFIX .so
      POSITION_INDEPENDENT_CODE ON
      C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
   if(arg_OUTPUT)
      set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${arg_OUTPUT})
   elseif(DEFINED NEBULA_PLUGIN_OUTPUT_DIRECTORY)
      target_link_libraries(${target} PRIVATE nebula_warnings)
      set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${NEBULA_PLUGIN_OUTPUT_DIRECTORY})
      install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/nebula/plugins)
   endif()
endfunction()
