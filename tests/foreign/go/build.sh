#!/bin/sh
# build.sh <prefix> <library>: Go's part as an archive, whose constructor plugin.c runs later, then one library of both.
set -eu
cd "$(dirname "$0")"
PATH=$PATH:/usr/local/go/bin
for tool in go objcopy pkg-config; do
   command -v $tool >/dev/null || { echo "SKIPPED: no $tool here"; exit 77; }
done
PKG_CONFIG_PATH=$(dirname "$(find "$1" -name nebula-plugin.pc)")
GOCACHE=$PWD/cache GOPATH=$PWD/gopath GOENV=off GOTOOLCHAIN=local GOPROXY=off CGO_ENABLED=1
export PKG_CONFIG_PATH GOCACHE GOPATH GOENV GOTOOLCHAIN GOPROXY CGO_ENABLED
(cd digest && go build -buildmode=c-archive -o ../toy.a .)
objcopy --rename-section .init_array=go_init_array toy.a
# shellcheck disable=SC2046 # flags are words
cc -std=c11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fPIC -shared -fvisibility=hidden \
   $(pkg-config --cflags nebula-plugin) -I. plugin.c toy.a -pthread -s -Wl,-z,now,-z,relro,-z,defs \
   -Wl,--version-script="$(pkg-config --variable=version_script nebula-plugin)" -o "$2"
