#!/bin/sh
# Runs the kernels in the simulator oclgrind, which reports races, accesses out of bounds, reads of uninitialised memory
# and misuse of the API. oclgrind.sh PROGRAM FILTER TESTS, where TESTS says how many pass.
#
# The simulator knows of a buffer's memory what it knew of an earlier, released one in its place. Where one is replaced by
# a larger one, it reports what it does not know: such tests need a process each.
set -eu
if ! program=$(command -v oclgrind); then
   echo "SKIPPED: oclgrind is not installed"
   exit 77
fi
# Its driver is named to the loader, alone: the program oclgrind would put it in front of the loader instead, which the
# plugin opens itself.
driver=$(dirname "$program")/../lib/oclgrind/liboclgrind-rt-icd.so
if [ ! -f "$driver" ]; then
   echo "SKIPPED: oclgrind is installed without its driver, $driver"
   exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
status=0
OCL_ICD_VENDORS="$driver" OCLGRIND_DATA_RACES=1 OCLGRIND_UNINITIALIZED=1 OCLGRIND_CHECK_API=1 OCLGRIND_LOG="$folder/found" \
   "$1" --gtest_filter="$2" >"$folder/out" 2>&1 || status=$?
cat "$folder/out"
if [ -s "$folder/found" ]; then
   head -n 60 "$folder/found"
   echo "oclgrind found something, see above"
   exit 1
fi
if [ "$(grep -c '^\[       OK \]' "$folder/out")" -ne "$3" ]; then
   echo "$3 tests must run and pass in the simulator"
   exit 1
fi
exit "$status"
