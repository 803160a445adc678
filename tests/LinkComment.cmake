# Reads the line `// LINK: target1 target2` of a source file into a list.
function(nebula_link_comment source output)
   file(STRINGS ${source} line REGEX "^// LINK:" LIMIT_COUNT 1)
   string(REGEX REPLACE "^// LINK:[ ]*" "" line "${line}")
   separate_arguments(targets UNIX_COMMAND "${line}")
   set(${output} ${targets} PARENT_SCOPE)
endfunction()
