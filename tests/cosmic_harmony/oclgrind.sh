#!/bin/sh
# Runs the kernels in the simulator oclgrind, which reports races, accesses out of bounds, reads of uninitialised memory
# and misuse of the API. oclgrind.sh PROGRAM FILTER
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
out=$(mktemp)
trap 'rm -f "$out"' EXIT
status=0
OCL_ICD_VENDORS="$driver" OCLGRIND_DATA_RACES=1 OCLGRIND_UNINITIALIZED=1 OCLGRIND_CHECK_API=1 \
   "$1" --gtest_filter="$2" >"$out" 2>&1 || status=$?
cat "$out"
if grep -q 'Error:\|race\|Invalid\|Uninitialized' "$out"; then
   echo "oclgrind found something, see above"
   exit 1
fi
if [ "$(grep -c '^\[       OK \]' "$out")" -ne 2 ]; then
   echo "both forms of the kernel must run and pass in the simulator"
   exit 1
fi
exit "$status"
