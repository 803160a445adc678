#!/usr/bin/env python3
"""How long a node takes from its start until /readyz answers 200, and what it keeps in memory when it is idle: the default
plugins, the miner paused, no RandomX dataset. Prints JSON: each figure's minimum, median and maximum over the runs."""
import json
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness import NEBULA, Folder, Node, free_port, http  # noqa: E402

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 9


def resident_kib(pid, key):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    return 0


def once():
    port = free_port()
    default = subprocess.run([NEBULA, "config", "default"], capture_output=True, text=True, check=True).stdout
    with Folder() as folder:
        arguments = ["--set", f"plugins.gateway.config.listen=127.0.0.1:{port}", "--set", "plugins.miner.config.paused=true"]
        with Node(folder, default, arguments=arguments) as node:
            node.start()  # makes the data folder: a first start also writes the genesis block
            node.stop()
            begin = time.monotonic()
            node.start(ready=False)
            while http(f"http://127.0.0.1:{port}/readyz", timeout=1)[0] != 200:
                if time.monotonic() - begin > 30:
                    raise AssertionError("not ready within 30 s: " + node.log())
                time.sleep(0.001)
            ready_ms = (time.monotonic() - begin) * 1000
            time.sleep(3)
            figures = {"ready_ms": ready_ms, "resident_kib": resident_kib(node.process.pid, "VmRSS"),
                       "anonymous_kib": resident_kib(node.process.pid, "RssAnon")}
            node.stop()
            return figures


runs = [once() for _ in range(RUNS)]
print(json.dumps({key: {"min": min(r[key] for r in runs), "median": statistics.median(r[key] for r in runs),
                        "max": max(r[key] for r in runs)} for key in runs[0]} | {"runs": RUNS}, indent=2))
