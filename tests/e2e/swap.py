#!/usr/bin/env python3
"""Backends swapped live under load: scalar, AVX2, OpenCL and back, with no solution lost, refused or wrong."""
import json
import time

from harness import Folder, Node, free_port, main, wait_for

CONFIG = """
node: {{name: swap, data: ./data, network: nebula-dev}}
plugins:
  - id: cosmic-harmony
    config: {{opencl: all}}
  - id: chain
  - id: miner
    config: {{work: chain, algorithm: cosmic-harmony, threads: 1}}
  - id: gateway
    config: {{listen: "127.0.0.1:{port}"}}
"""


def serving(node):
    explained = json.loads(node.run_command("explain", "cosmic-harmony", "--json", "-c", "node.yaml").stdout)
    return explained["slots"][0]["backend"], explained["steps"][0]["candidates"]


def backends_are_swapped_under_load_without_a_wrong_or_lost_result():
    with Folder() as folder, Node(folder, CONFIG.format(port=free_port())) as node:
        node.start()
        wait_for("a first block", lambda: node.plugin("chain")["view"]["height"] >= 1, 60)
        candidates = [c["name"] for c in serving(node)[1]]
        wanted = ["kind=scalar"]
        if any("avx2" in name for name in candidates):
            wanted.append("simd=avx2")
        if any("opencl" in name for name in candidates):
            wanted.append("kind=opencl")
        else:
            print("   (no OpenCL device here: that step is left out)")
        for select in wanted * 2 + ["kind=scalar"]:
            before = node.plugin("chain")["view"]["height"]
            node.ctl("use", "cosmic-harmony", select)
            word = select.split("=")[1]
            wait_for(f"{select} to serve", lambda: word in str(serving(node)[0]), 60)
            time.sleep(0.5)
            wait_for(f"a block by {select}", lambda: node.plugin("chain")["view"]["height"] > before, 300)
        results = node.call("miner", "results")
        print("   ", results)
        assert results.get("rejected", 0) == 0 and results.get("invalid", 0) == 0 and results.get("duplicate", 0) == 0, results
        refused = node.run_command("ctl", "use", "cosmic-harmony", "simd=none-such", "-c", "node.yaml", check=False)
        assert refused.returncode != 0 or "no" in refused.stdout + refused.stderr, refused
        assert node.stop() == 0, node.log()


main(backends_are_swapped_under_load_without_a_wrong_or_lost_result)
