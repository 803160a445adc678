#!/usr/bin/env python3
"""A third party's journey: an installed prefix, `nebula plugin new`, a build outside the tree, `nebula validate`, an edit of
node.yaml, blocks; then a faster backend for it in another file; then a pin that does not fit."""
import hashlib
import json
import os
import shutil
import subprocess

from harness import BUILD, NEBULA, SOURCE, Folder, Node, free_port, main, skip, wait_for

if not shutil.which("cmake"):
    skip("cmake is not installed")


def run(*words, cwd=None, env=None):
    done = subprocess.run(list(map(str, words)), cwd=cwd, capture_output=True, text=True, env={**os.environ, **(env or {})})
    assert done.returncode == 0, f"{words}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def config(port, plugins, algorithms=""):
    return f"""
node: {{name: third-party, data: ./data, network: nebula-dev}}
plugins:
{plugins}
  - id: cosmic-harmony
  - id: chain
    config:
      algorithms: [{{name: my-algo, start_difficulty: 2000}}]
  - id: miner
    config: {{work: chain, algorithm: my-algo, threads: 1}}
  - id: gateway
    config: {{listen: "127.0.0.1:{port}"}}
{algorithms}
"""


def a_new_algorithm_is_made_built_validated_enabled_and_mined_without_our_source_tree():
    with Folder() as folder:
        prefix = folder / "prefix"
        run("cmake", "--install", BUILD, "--prefix", prefix)
        nebula = prefix / "bin" / "nebula"
        run(nebula, "plugin", "new", "algorithm", "my-algo", cwd=folder)
        source = folder / "my-algo"
        run("cmake", "-S", source, "-B", source / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
        run("cmake", "--build", source / "build")
        library = next((source / "build").rglob("*.so"))
        report = json.loads(run(nebula, "validate", library, "--json"))
        assert report["good"] and report["passed"] > 10, report
        plugin_id = json.loads(run(nebula, "plugin", "inspect", library))["id"]
        entry = f"  - id: {plugin_id}\n    path: {library}\n"
        with Node(folder, config(free_port(), entry)) as node:
            node.start()
            chain = lambda: node.plugin("chain")["view"]
            wait_for("blocks of the new algorithm", lambda: chain()["height"] >= 2, 90)
            assert node.stop() == 0, node.log()
        digest = hashlib.sha256(library.read_bytes()).hexdigest()
        good_pin = entry + f"    sha256: {digest}\n"
        with Node(folder, config(free_port(), good_pin)) as node:
            node.start()
            assert node.stop() == 0
        bad_pin = entry + f"    sha256: {'0' * 64}\n"
        with Node(folder, config(free_port(), bad_pin)) as node:
            node.start(ready=False)
            assert node.process.wait(30) in (69, 78), node.log()
            assert "sha256" in node.log() and digest in node.log(), node.log()


def a_faster_backend_for_somebody_elses_algorithm_is_selected_by_yaml():
    with Folder() as folder:
        prefix = folder / "prefix"
        run("cmake", "--install", BUILD, "--prefix", prefix)
        entries = ""
        for example in ("algorithm-cpp", "backend-cpp"):
            source = folder / example
            shutil.copytree(SOURCE / "plugin-api/examples" / example, source)
            run("cmake", "-S", source, "-B", source / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
            run("cmake", "--build", source / "build")
            library = next((source / "build").rglob("*.so"))
            plugin_id = json.loads(run(prefix / "bin/nebula", "plugin", "inspect", library))["id"]
            entries += f"  - id: {plugin_id}\n    path: {library}\n"
        text = config(free_port(), entries, "algorithms:\n  example-cpp: {select: \"kind=%s\"}\n").replace("my-algo", "example-cpp")
        serving = lambda node: json.loads(
            node.run_command("explain", "example-cpp", "--json", "-c", "node.yaml").stdout)["slots"][0]["backend"]
        with Node(folder, text % "reference") as node:
            node.start()
            wait_for("the reference to serve", lambda: serving(node) == "example-cpp/reference", 30)
            node.config.write_text(text % "scalar")
            node.ctl("reload")
            wait_for("the other file's backend to serve", lambda: serving(node) == "example-cpp/midstate", 30)
            height = node.plugin("chain")["view"]["height"]
            wait_for("blocks by it", lambda: node.plugin("chain")["view"]["height"] >= height + 2, 90)
            assert node.stop() == 0, node.log()


main(a_faster_backend_for_somebody_elses_algorithm_is_selected_by_yaml, a_new_algorithm_is_made_built_validated_enabled_and_mined_without_our_source_tree)
