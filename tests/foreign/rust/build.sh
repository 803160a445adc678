#!/bin/sh
# build.sh <prefix> <library>: cargo without any crate. A cdylib exports what is #[no_mangle] and nothing else, so it needs no
# version script; the bindings are in src/abi.rs, so it needs nothing of the prefix either.
set -eu
cd "$(dirname "$0")"
PATH=$PATH:${CARGO_HOME:-${HOME:-}/.cargo}/bin
command -v cargo >/dev/null && cargo --version >/dev/null 2>&1 || { echo "SKIPPED: no cargo here"; exit 77; }
RUSTFLAGS="-C link-arg=-Wl,-z,now,-z,relro,-z,defs" cargo build --release --offline --locked --quiet --target-dir target
cp target/release/libtoy.so "$2"
