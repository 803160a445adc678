#!/usr/bin/env python3
"""Reads the records of the contract's headers and writes RECORD(name) and MEMBER(name, member) lines for layout.cpp and types.cpp,
and ENUM(first enumerator) for each enumeration, so that none can be forgotten."""
import pathlib
import re
import sys

include = pathlib.Path(sys.argv[1])
out = []
for path in sorted(include.rglob("*.h")):
    text = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
    text = re.sub(r"#define(?:[^\n]*\\\n)*[^\n]*", "", text)
    for name, body in re.findall(r"\bstruct\s+(neb_\w+)\s*\{(.*?)\n\}", text, re.S):
        out.append(f"RECORD({name})")
        for declaration in body.split(";"):
            declaration = " ".join(declaration.split())
            if not declaration:
                continue
            pointer = re.match(r".*?\(\*(?:const )?(\w+)\)", declaration)
            if pointer:
                names = [pointer.group(1)]
            else:
                names = [re.search(r"(\w+)(?:\[.*\])?$", part.strip()).group(1) for part in declaration.split(",")]
            out += [f"MEMBER({name}, {member})" for member in names]
    out += [f"ENUM({first})" for first in re.findall(r"\benum\s*\{\s*(\w+)", text)]
print("\n".join(out))
