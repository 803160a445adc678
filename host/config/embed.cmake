# Writes OUT, a C++ file that holds NODE_YAML, NODE_SCHEMA and the PROFILES (a list with | between) as strings.
# Run as a script: cmake -DOUT=... -DNODE_YAML=... -DNODE_SCHEMA=... -DPROFILES=a.yaml|b.yaml -P embed.cmake
function(literal file result)
   file(READ ${file} text)
   set(pieces "")
   string(LENGTH "${text}" length)
   set(at 0)
   while(at LESS length) # a string literal may have at most 65535 bytes; joined ones count together only in old compilers
      string(SUBSTRING "${text}" ${at} 8000 piece)
      string(APPEND pieces "R\"nebula(${piece})nebula\"\n")
      math(EXPR at "${at} + 8000")
   endwhile()
   set(${result} "${pieces}" PARENT_SCOPE)
endfunction()

literal(${NODE_YAML} node_yaml)
literal(${NODE_SCHEMA} node_schema)
set(profiles "")
string(REPLACE "|" ";" PROFILES "${PROFILES}")
foreach(file IN LISTS PROFILES)
   get_filename_component(name ${file} NAME_WE)
   literal(${file} text)
   string(APPEND profiles "      {\"${name}\", ${text}},\n")
endforeach()

set(content "// Made by the build from config/ and host/config/; edit those.
#include \"host/config/embedded.h\"

namespace nebula::host::config {

std::string_view embedded_node_yaml() {
   static constexpr std::string_view text = ${node_yaml};
   return text;
}

std::string_view embedded_node_schema() {
   static constexpr std::string_view text = ${node_schema};
   return text;
}

const std::map<std::string, std::string, std::less<>> &embedded_profiles() {
   static const std::map<std::string, std::string, std::less<>> profiles{
${profiles}   };
   return profiles;
}

} // namespace nebula::host::config
")
file(WRITE ${OUT} "${content}")
