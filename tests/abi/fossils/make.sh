#!/bin/sh
# Makes the fossils of one ABI version from a commit: the three examples as their authors would have built them that day, in a
# temporary folder, stripped. A fossil that exists is never made again.
# make.sh <commit>
set -eu
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git -C "$(git -C "$here" rev-parse --show-toplevel)" archive "$1" plugin-api | tar -x -C "$work"
api=$work/plugin-api
abi=$(sed -n 's/#define NEB_ABI_M[AI][JN]OR \([0-9]*\)u/\1/p' "$api/include/nebula/abi.h" | paste -sd .)

# The contract alone, installed.
mkdir "$work/sdk"
cat >"$work/sdk/CMakeLists.txt" <<'T'
cmake_minimum_required(VERSION 3.22)
project(sdk LANGUAGES NONE)
include(GNUInstallDirs)
add_subdirectory(${api} api)
T
cmake -Wno-dev -S "$work/sdk" -B "$work/sdk/build" -DCMAKE_INSTALL_LIBDIR=lib -Dapi="$api" >/dev/null
cmake --install "$work/sdk/build" --prefix "$work/prefix" >/dev/null

for example in algorithm-c algorithm-cpp backend-cpp; do
   folder=$api/examples/$example
   cmake -S "$folder" -B "$folder/build" -DCMAKE_PREFIX_PATH="$work/prefix" \
      -DCMAKE_C_FLAGS="-ffile-prefix-map=$work=." --no-warn-unused-cli -DCMAKE_CXX_FLAGS="-ffile-prefix-map=$work=." >/dev/null
   cmake --build "$folder/build" >/dev/null
   made=$(find "$folder/build" -name 'lib*.so')
   name=$(basename "$made" .so)
   fossil=$here/$abi-${name#lib}.so
   if [ -e "$fossil" ]; then
      echo "$fossil exists and stays"
      continue
   fi
   strip -s "$made" # .note.nebula is allocated and stays
   cp "$made" "$fossil"
   echo "made $fossil"
done
