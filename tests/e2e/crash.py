#!/usr/bin/env python3
"""kill -9 at random moments under mining load: the node starts again by itself, and every block it had acknowledged is there.
The seed is printed; NEBULA_SEED repeats a run. NEBULA_CRASHES sets the number of kills (default 50)."""
import json
import os
import random
import time

from harness import Folder, Node, free_port, http, main, wait_for

SEED = int(os.environ.get("NEBULA_SEED", random.randrange(2**32)))
KILLS = int(os.environ.get("NEBULA_CRASHES", 50))


def config(port):
    return f"""
node: {{name: crash, data: ./data, network: nebula-dev}}
plugins:
  - id: cosmic-harmony
  - id: chain
    config:
      algorithms: [{{name: cosmic-harmony-native5, start_difficulty: 50}}]
  - id: miner
    config: {{work: chain, algorithm: cosmic-harmony, threads: 1, batch: 5ms}}
  - id: miner
    as: second
    config: {{work: chain, algorithm: cosmic-harmony-native5, threads: 1, batch: 5ms}}
  - id: gateway
    config: {{listen: "127.0.0.1:{port}"}}
log: {{level: info}}
"""


def nothing_acknowledged_is_lost_over_kill_9():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    port = free_port()
    acknowledged = {}  # height -> id, as the running node told us

    def look():
        status, body = http(f"http://127.0.0.1:{port}/api/v1/chain/blocks", timeout=2)
        if status == 200:
            for block in json.loads(body)["blocks"]:
                acknowledged[block["height"]] = block["id"]

    with Folder() as folder, Node(folder, config(port)) as node:
        for _ in range(KILLS):
            node.start()
            end = time.monotonic() + chance.uniform(0.05, 1.5)
            while time.monotonic() < end:
                look()
                time.sleep(0.02)
            node.kill()
        node.start()
        wait_for("the HTTP server", lambda: http(f"http://127.0.0.1:{port}/livez")[0] == 200, 20)
        known = sorted(acknowledged)
        for height in known:
            status, body = http(f"http://127.0.0.1:{port}/api/v1/chain/blocks/{height}")
            assert status == 200, f"block {height} was acknowledged and is gone (seed {SEED})"
            found = json.loads(body)["id"]
            assert found == acknowledged[height], f"block {height} was {acknowledged[height]}, is {found} (seed {SEED})"
        verified = node.run_command("chain", "verify", "--proofs", "--json", "-c", "node.yaml", timeout=300)
        print(f"{KILLS} kills, {len(known)} acknowledged blocks kept;", verified.stdout.replace("\n", " "))
        assert node.stop() == 0, node.log()


main(nothing_acknowledged_is_lost_over_kill_9)
