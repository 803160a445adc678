#!/bin/sh
# build.sh <prefix> <library>: zig from the path, from NEBULA_ZIG or from the Python package ziglang. Zig's syntax still moves:
# the sources are for 0.13 and 0.14.
set -eu
cd "$(dirname "$0")"
zig=${NEBULA_ZIG:-zig}
command -v "$zig" >/dev/null || zig="python3 -m ziglang"
version=$($zig version 2>/dev/null) || { echo "SKIPPED: no zig here (in the path, by NEBULA_ZIG or as the Python package ziglang)"; exit 77; }
case $version in
0.13.* | 0.14.*) ;;
*)
   echo "SKIPPED: zig is $version, the sources are for 0.13 and 0.14"
   exit 77
   ;;
esac
map=$(find "$1" -name nebula-plugin.map)
$zig build-lib -dynamic -O ReleaseSafe -fPIC -fstrip -lc -z now -z relro --version-script "$map" -I"$1/include" \
   --cache-dir cache --global-cache-dir cache --name toy -femit-bin="$2" plugin.zig
