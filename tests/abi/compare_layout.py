#!/usr/bin/env python3
"""Compares the layout of the headers with the golden one. A record that begins with `size` may have grown at its end; nothing
else may differ. Prints what does."""
import sys


def read(path):
    records = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record, member, offset, size = line.split()
            records.setdefault(record, []).append((member, int(offset), int(size)))
    return records


golden, now = read(sys.argv[1]), read(sys.argv[2])
mistakes = []
for record, members in golden.items():
    if record not in now:
        mistakes.append(f"{record} is gone; a record of /1 stays for ever")
        continue
    before, after = members[1:], now[record][1:]
    growable = before and before[0][0] == "size"
    if after[: len(before)] != before:
        changed = next((b for b, a in zip(before, after) if a != b), before[-1])
        mistakes.append(f"{record}.{changed[0]} moved or changed its size; members are only appended")
    elif members[0] != now[record][0] and not growable:
        mistakes.append(f"{record} grew, and has no `size`: it is fixed for ever")
for record, members in now.items():
    if record not in golden:
        mistakes.append(f"{record} is new; add it to the golden layout (tests/abi/README.md)")
    elif len(members) > len(golden[record]) and members[1][0] == "size":
        mistakes.append(f"{record} grew; raise NEB_ABI_MINOR and the golden layout (tests/abi/README.md)")
print("\n".join(mistakes))
sys.exit(1 if mistakes else 0)
