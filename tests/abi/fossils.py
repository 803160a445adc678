#!/usr/bin/env python3
"""Every library that was ever released still loads, validates, hashes and mines in this host. fossils.py <nebula> <fossils>"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

nebula, fossils = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
INPUT = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627"
DIGEST = "98329e11ef41bb72b4bb73697af67bf0eb77a9f464d2cc555c871e204a160da6"  # example-c and example-cpp are one function
ALGORITHMS, BACKEND = ("example-c", "example-cpp"), "example-cpp-midstate"


def run(folder, *words):
    done = subprocess.run([nebula, *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=300,
                          env={**os.environ, "NEBULA_PLUGIN_PATH": str(folder)})
    assert done.returncode == 0, f"{words}:\n{done.stdout}{done.stderr}"
    return done.stdout


def validates(folder, library, *words):
    report = json.loads(run(folder, "validate", library, "--json", *words))
    assert report["good"] and report["passed"] > 10, report


def bench(folder, config, algorithm, kind, backend):
    measured = json.loads(run(folder, "bench", algorithm, "-c", config, "--select", f"kind={kind}", "--threads", 1,
                              "--seconds", 0.1, "--repetitions", 1, "--json"))
    assert measured["backend"] == backend and measured["median"] > 0, measured


def serves(folder, files):
    """The files, one of each name, in one node."""
    config = folder / "node.yaml"
    entries = "".join(f"  - {{id: {name}, path: {file}}}\n" for name, file in files.items())
    config.write_text(f"node: {{name: fossils, data: ./data, network: nebula-dev}}\nplugins:\n{entries}")
    for name in ALGORITHMS:
        validates(folder, files[name])
        for select in ("kind=reference", "kind=scalar")[: 2 if name == "example-cpp" else 1]:
            assert run(folder, "hash", name, "--input", INPUT, "-c", config, "--select", select).strip() == DIGEST, name
        bench(folder, config, name, "reference", f"{name}/reference")
    validates(folder, files[BACKEND], "--with", files["example-cpp"])
    bench(folder, config, "example-cpp", "scalar", "example-cpp/midstate")


versions = {}
for path in sorted(fossils.glob("*.so")):
    version, name = path.stem.split("-", 1)
    versions.setdefault(version, {})[name] = path
assert versions, "no fossils"
work = pathlib.Path(tempfile.mkdtemp(prefix="nebula-fossils-"))
for version, files in versions.items():
    assert set(files) == {*ALGORITHMS, BACKEND}, f"{version}: {sorted(files)}"
    serves(work, files)
    print(f"{version}: {', '.join(files)}")
oldest, newest = min(versions, key=lambda v: [*map(int, v.split("."))]), max(versions, key=lambda v: [*map(int, v.split("."))])
if oldest != newest:  # a backend of one release for an algorithm of another
    serves(work, {**versions[newest], BACKEND: versions[oldest][BACKEND]})
    serves(work, {**versions[oldest], BACKEND: versions[newest][BACKEND]})
    print(f"{oldest} and {newest} together")
shutil.rmtree(work)
