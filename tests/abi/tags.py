#!/usr/bin/env python3
"""Every function of the contract ends its comment with a thread tag and perhaps a state tag, alone on the last line:
[thread-safe], [main & in init], [main & (running|draining)]."""
import pathlib
import re
import sys

THREADS = r"main|worker|session|io|thread-safe|real"
STATE = r"created|ready|running|draining|stopped"
TAG = re.compile(rf"^// \[(?:{THREADS})(?: & (?:in init|!?(?:{STATE})|\((?:{STATE})(?:\|(?:{STATE}))+\)))?\]$")
# Members, inline functions and exported functions; typedefs of callbacks are described where they are taken.
FUNCTION = re.compile(r"^(?:(?!typedef|#|//|return).*\(\*(?:const )?\w+\)\(|static inline |NEB_EXPORT [^_]*\w+\()")

mistakes = []
functions = 0
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.h")):
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    for number, line in enumerate(lines):
        if not FUNCTION.match(line) or lines[number - 1].endswith(("(", ",")):
            continue
        functions += 1
        if not TAG.match(lines[number - 1]):
            mistakes.append(f"{path}:{number + 1}: the comment above must end with a tag such as // [thread-safe], "
                            f"not with: {lines[number - 1] or 'an empty line'}")
print("\n".join(mistakes) or f"{functions} functions, all tagged")
sys.exit(1 if mistakes or functions < 80 else 0)
