#!/usr/bin/env python3
"""Compiles every ```c and ```cpp block of the given documents, each alone, against the headers and the SDK. A block behind the line
<!-- the file PATH --> must be that file of the project, word for word.
snippets.py <C++ compiler> <C compiler> <include folder> <sdk folder> <document>..."""
import pathlib
import re
import subprocess
import sys

cxx, cc, include, sdk, *documents = sys.argv[1:]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-fsyntax-only", "-I" + include, "-I" + sdk]
NAMES = ["-DNEBULA_PLUGIN_ID=\"snippet\"", "-DNEBULA_PLUGIN_VERSION=\"1.0.0\""]
LANGUAGES = {"cpp": [cxx, "-std=c++17", "-x", "c++"], "c": [cc, "-std=c11", "-x", "c"]}
SOURCE = pathlib.Path(__file__).resolve().parents[2]
failed = compiled = 0
for document in documents:
    text = pathlib.Path(document).read_text(encoding="utf-8")
    for path, block in re.findall(r"^<!-- the file (\S+) -->\n```\w+\n(.*?)^```$", text, re.S | re.M):
        if (SOURCE / path).read_text(encoding="utf-8") != block:
            failed += 1
            print(f"{document}: the example is no longer {path}")
    for match in re.finditer(r"^```(cpp|c)\n(.*?)^```$", text, re.S | re.M):
        line = text[: match.start()].count("\n") + 1
        names = [] if "#define NEBULA_PLUGIN_ID" in match.group(2) else NAMES
        run = subprocess.run(LANGUAGES[match.group(1)] + WARNINGS + names + ["-"], input=match.group(2), text=True,
                             capture_output=True, check=False)
        compiled += 1
        if run.returncode:
            failed += 1
            print(f"{document}:{line}: this example does not compile:\n{run.stderr}")
print(f"{compiled} examples, {failed} wrong")
sys.exit(1 if failed or not compiled else 0)
