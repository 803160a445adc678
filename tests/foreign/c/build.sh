#!/bin/sh
# build.sh <prefix> <library>: with pkg-config and cc, nothing else.
set -eu
cd "$(dirname "$0")"
command -v pkg-config >/dev/null || { echo "SKIPPED: no pkg-config here"; exit 77; }
PKG_CONFIG_PATH=$(dirname "$(find "$1" -name nebula-plugin.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # flags are words
cc -std=c11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fPIC -shared -fvisibility=hidden \
   $(pkg-config --cflags nebula-plugin) -Wl,-z,now,-z,relro,-z,defs \
   -Wl,--version-script="$(pkg-config --variable=version_script nebula-plugin)" plugin.c -o "$2"
