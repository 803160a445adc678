#!/bin/sh
# Each header of the contract compiles alone, as C11, C17, C++17 and C++20, with every compiler that is here, without a warning.
# self_contained.sh <include folder> <sdk folder>
include=$1
sdk=$2
failed=0
warnings="-Wall -Wextra -Wpedantic -Wpadded -Wconversion -Wshadow -Werror"
check() { # compiler standard language flags file
   if ! output=$(printf '#include <%s>\n' "$5" | "$1" -std="$2" -x "$3" $4 -fsyntax-only - 2>&1); then
      printf '%s %s: <%s> does not compile alone:\n%s\n' "$1" "$2" "$5" "$output"
      failed=1
   fi
}
found=0
for pair in gcc:g++ clang:clang++; do
   c=${pair%:*}
   cxx=${pair#*:}
   command -v "$c" >/dev/null && command -v "$cxx" >/dev/null || continue
   found=1
   for file in $(cd "$include" && find nebula -name '*.h'); do
      for standard in c11 c17; do
         check "$c" $standard c "$warnings -I$include" "$file"
      done
      for standard in c++17 c++20; do
         check "$cxx" $standard c++ "$warnings -I$include" "$file"
      done
   done
   for file in $(cd "$sdk" && find nebula -name '*.hpp'); do
      check "$cxx" c++17 c++ "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Werror -I$include -I$sdk" "$file"
   done
done
[ $found = 1 ] || { echo "no pair of C and C++ compilers here"; exit 77; }
exit $failed
