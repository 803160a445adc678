#!/usr/bin/env python3
"""A pool under `nebula bench pool` for a long time: its memory must stay flat, no share may be lost or misjudged and no miner
cut off, and after a `kill -9` at the end the ledger must have exactly the shares that were accepted. A line a minute on
standard error, JSON on standard output; exit status 1 when something of that does not hold.

    python3 tests/bench/pool_soak.py --minutes 30"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness import NEBULA, Folder, Node, free_port  # noqa: E402

CONFIG = """
node: {{name: soak}}
plugins:
  - id: cosmic-harmony
  - id: chain
    config: {{template_refresh: 1s}}
  - id: pool
    config:
      work: chain
      coin: chain
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony], difficulty: 1000}}]
"""
WALLET = "ZION_" + 40 * "0"
SAMPLES_MIN = 9
GROWTH_MAX = 0.02  # of resident memory, from the first third's largest sample to the last third's


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=10_000, help="shares a second")
    parser.add_argument("--resume", type=int, default=10, help="connections a second that break off and come back")
    parser.add_argument("--sample", type=float, default=60, help="seconds between samples")
    return parser.parse_args()


def sample(pid, begin):
    status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = os.sysconf("SC_CLK_TCK")
    return {"seconds": round(time.monotonic() - begin, 1), "resident_kib": int(status["VmRSS"].split()[0]),
            "anonymous_kib": int(status["RssAnon"].split()[0]), "cpu_s": (int(fields[11]) + int(fields[12])) / ticks,
            "files": len(os.listdir(f"/proc/{pid}/fd"))}


def accepted(node):
    return json.loads(node.ctl("pool", "miner", WALLET, "--json").stdout)["shares"]["accepted"]


def soak(options):
    port = free_port()
    with Folder() as folder, Node(folder, CONFIG.format(port=port)) as node:
        node.start()
        begin = time.monotonic()
        load = subprocess.Popen([NEBULA, "bench", "pool", "--connect", f"127.0.0.1:{port}", "--connections", str(options.connections),
                                 "--rate", str(options.rate), "--seconds", str(round(60 * options.minutes)), "--wallet", WALLET,
                                 "--resume", str(options.resume), "--ramp", "5", "--json"], cwd=folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, text=True)
        samples = []
        while load.poll() is None:
            try:
                load.wait(options.sample)
            except subprocess.TimeoutExpired:
                samples.append(sample(node.process.pid, begin))
                print(" ".join(f"{key}={value}" for key, value in samples[-1].items()), file=sys.stderr, flush=True)
        result = json.loads(load.stdout.read())
        wanted = sum(kind["accepted"] for kind in result["shares"].values())
        node.kill()
        node.start()
        return {"load": result, "samples": samples, "accepted": wanted, "in_ledger_after_kill": accepted(node)}


def findings(result):
    out = []
    load, third = result["load"], max(len(result["samples"]) // 3, 1)
    valid = load["shares"]["valid"]
    # A good share may be stale when a block, or on a busy machine five newer jobs, came between.
    misjudged = valid["sent"] - valid["accepted"] - valid["stale"] - load["lost"]
    if load["lost"] or misjudged or load["errors"]:
        out.append(f"lost {load['lost']} shares, misjudged {misjudged}; errors: {load['errors']}; other answers: {load['other_answers']}")
    if result["accepted"] != result["in_ledger_after_kill"]:
        out.append(f"{result['accepted']} shares were accepted, and the ledger has {result['in_ledger_after_kill']}")
    if len(result["samples"]) < SAMPLES_MIN:
        print(f"memory is not judged: that takes {SAMPLES_MIN} samples", file=sys.stderr)
    else:
        first, last = (max(one["anonymous_kib"] for one in part) for part in (result["samples"][:third], result["samples"][-third:]))
        if last > first * (1 + GROWTH_MAX):
            out.append(f"memory grew from {first} to {last} KiB")
    return out


done = soak(arguments())
wrong = findings(done)
print(json.dumps(done | {"wrong": wrong}, indent=2))
for text in wrong:
    print(text, file=sys.stderr)
sys.exit(1 if wrong else 0)
