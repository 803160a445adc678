#!/usr/bin/env python3
"""An algorithm plugin in another language: built against an installed prefix, validated, compared with model.py, mined with.
foreign.py <build folder> <language>"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
build, language = pathlib.Path(sys.argv[1]), sys.argv[2]
os.environ["NEBULA_BUILD"] = str(build)
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
from harness import NEBULA, SKIP, Folder, Node, wait_for  # noqa: E402
from model import digest  # noqa: E402

NAME = f"toy-splitmix-{language}"


def run(folder, *words):
    done = subprocess.run(list(map(str, words)), cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{words}:\n{done.stdout}{done.stderr}"
    return done.stdout


def built(folder):
    """The library, made from a copy of the sources in which the build may write."""
    run(folder, "cmake", "--install", build / "plugin-api", "--prefix", folder / "prefix", "--component", "dev")
    shutil.copytree(HERE / language, folder / "source")
    library = folder / f"lib{NAME}.so"
    made = subprocess.run([folder / "source/build.sh", folder / "prefix", library], capture_output=True, text=True, timeout=500)
    if made.returncode == SKIP:
        print(made.stdout.strip())
        sys.exit(SKIP)
    assert made.returncode == 0, f"{made.stdout}{made.stderr}"
    return library


def config(library):
    return f"""
node: {{name: foreign, data: ./data, network: nebula-dev}}
plugins:
  - {{id: {NAME}, path: {library}}}
  - {{id: chain, config: {{algorithms: [{{name: {NAME}, start_difficulty: 2000}}]}}}}
  - {{id: miner, config: {{work: chain, algorithm: {NAME}, threads: 2}}}}
"""


def validates(folder, library):
    done = subprocess.run([NEBULA, "validate", library, "--json"], cwd=folder, capture_output=True, text=True, timeout=300)
    report = json.loads(done.stdout)
    failed = [f"{check['id']}: {check['text']}" for check in report["checks"] if check["outcome"] == "failed"]
    assert done.returncode == 0 and report["good"] and report["passed"] > 50, failed


def hashes_as_the_model_does(node):
    for length in (8, 9, 15, 40, 76, 1024):
        data = bytes((7 * i + length) % 256 for i in range(length))
        printed = node.run_command("hash", NAME, "--input", data.hex(), "-c", "node.yaml").stdout.strip()
        assert printed == digest(data).hex(), f"{length} bytes: {printed} instead of {digest(data).hex()}"


def mines(node):
    words = ("--threads", "2", "--seconds", "0.2", "--repetitions", "1", "--json")
    assert json.loads(node.run_command("bench", NAME, "-c", "node.yaml", *words).stdout)["median"] > 0
    node.start()
    wait_for("blocks", lambda: node.plugin("chain")["view"]["height"] >= 2, 90)
    assert node.stop() == 0, node.log()


with Folder() as folder:
    library = built(folder)
    validates(folder, library)
    with Node(folder, config(library)) as node:
        hashes_as_the_model_does(node)
        mines(node)
    print(f"{NAME}: built, validated, hashed and mined with")
