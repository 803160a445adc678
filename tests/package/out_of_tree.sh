#!/bin/sh
# Installs the contract into an empty prefix and builds, against that prefix alone and outside of the tree: the three examples, a
# plugin made by `nebula plugin new` in each language, and the C example without CMake by pkg-config. Each is validated.
# out_of_tree.sh <build folder> <source folder> <validate program> <plugin_new program> <work folder>
set -eu
build=$1
source=$2
validate=$3
plugin_new=$4
work=$5
rm -rf "$work"
mkdir -p "$work"
prefix=$work/prefix
strict="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"

cmake --install "$build/plugin-api" --prefix "$prefix" --component dev >"$work/install.log"
cp -r "$prefix/share/nebula/examples" "$work/examples"

build_plugin() { # folder
   cmake -S "$1" -B "$1/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_FLAGS="$strict" -DCMAKE_CXX_FLAGS="$strict" >"$1.log"
   cmake --build "$1/build" >>"$1.log" || {
      cat "$1.log"
      exit 1
   }
}

for example in algorithm-c algorithm-cpp backend-cpp; do
   build_plugin "$work/examples/$example"
done
"$validate" "$work/examples/algorithm-c/build/libexample-c.so"
algorithm=$work/examples/algorithm-cpp/build/libexample-cpp.so
"$validate" "$algorithm"
"$validate" "$work/examples/backend-cpp/build/libexample-cpp-midstate.so" --with "$algorithm"

for language in c cpp; do
   "$plugin_new" algorithm my-$language --dir "$work/my-$language" --language $language
   build_plugin "$work/my-$language"
   "$validate" "$work/my-$language/build/libmy-$language.so"
   cmake --install "$work/my-$language/build" --prefix "$work/installed" >/dev/null
   test -f "$(find "$work/installed" -name libmy-$language.so)"
done

# Without CMake: flags from pkg-config, the manifest by NEB_MANIFEST.
if command -v pkg-config >/dev/null; then
   export PKG_CONFIG_PATH="$(dirname "$(find "$prefix" -name nebula-plugin.pc)")"
   pkg-config --atleast-version=1.0 nebula-plugin
   {
      echo '#include <nebula/manifest.h>'
      python3 -c 'import json, sys; print("NEB_MANIFEST(" + json.dumps(open(sys.argv[1]).read()) + ");")' \
         "$source/plugin-api/examples/algorithm-c/manifest.json"
   } >"$work/manifest.c"
   # shellcheck disable=SC2046,SC2086 # flags are words
   cc -std=c11 -O2 $strict -Wno-overlength-strings -fPIC -shared -fvisibility=hidden $(pkg-config --cflags nebula-plugin) \
      -DNEBULA_PLUGIN_ID='"example-c"' -DNEBULA_PLUGIN_VERSION='"1.0.0"' \
      -Wl,-z,now,-z,relro,-z,defs -Wl,--version-script="$(pkg-config --variable=version_script nebula-plugin)" \
      "$source/plugin-api/examples/algorithm-c/algorithm.c" "$work/manifest.c" -o "$work/libbare.so"
   "$validate" "$work/libbare.so"
else
   echo "the pkg-config part SKIPPED: no pkg-config here"
fi
