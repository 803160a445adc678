#!/usr/bin/env python3
"""The power fails under mining load: of what the node wrote since its last sync a random half of the pages survive. The node
starts by itself on what is left, every block it had acknowledged is there, and the chain is sound.
The seed is printed; NEBULA_SEED repeats a run. NEBULA_POWER_LOSSES sets the number of failures (default 24)."""
import http.client
import json
import os
import random
import shutil
import subprocess
import time

from harness import BUILD, Folder, Node, free_port, main, skip, wait_for

SEED = int(os.environ.get("NEBULA_SEED", random.randrange(2**32)))
FAILURES = int(os.environ.get("NEBULA_POWER_LOSSES", 24))
RECORDED_SECONDS = 10
FOLLOWED = "data/chain/data.mdb"  # the chain's database, in the node's folder


def config(port):
    return f"""
node: {{name: power, data: ./data, network: nebula-dev}}
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


class Client:
    """One kept connection to the node's HTTP server."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)

    def get(self, path):
        """(status, document); (0, None) while the server is not there."""
        try:
            self.connection.request("GET", path)
            answer = self.connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return 0, None


def shim():
    found = sorted(BUILD.glob("tests/*/libnebula_powerloss_shim.so"))
    tool = BUILD / "bin" / "powerloss_crash_image"
    if not found or not tool.exists():
        skip("the recorder is not built: ninja nebula_powerloss_shim powerloss_crash_image")
    return found[0], tool


def record(folder, port, library):
    """Runs the node under the recorder and pulls it down while it writes. Returns [(journal bytes, height, id)]: the block was
    acknowledged when the journal had that many bytes, so it is in every image of a later moment."""
    journal = folder / "journal"
    recorded = {"LD_PRELOAD": str(library), "NEBULA_POWERLOSS_FILE": FOLLOWED, "NEBULA_POWERLOSS_JOURNAL": str(journal)}
    acknowledged = []
    known = set()
    with Node(folder, config(port), environment=recorded) as node:
        node.start()
        client = Client(port)
        end = time.monotonic() + RECORDED_SECONDS
        while time.monotonic() < end:
            status, document = client.get("/api/v1/chain/blocks")
            length = journal.stat().st_size if journal.exists() else 0
            for block in document["blocks"] if status == 200 else []:
                if block["id"] not in known:
                    known.add(block["id"])
                    acknowledged.append((length, block["height"], block["id"]))
            time.sleep(0.02)
        node.kill()
    if not journal.exists() or journal.stat().st_size == 0:
        skip("the recorder saw no write: this system does not let LD_PRELOAD into the node")
    return journal, acknowledged


def start_after(folder, port, image, promised, seed):
    """Starts the node on the image and looks for the promised blocks, by their ids: one that a later reorganisation put beside
    the main chain must be there too."""
    database = folder / FOLLOWED
    shutil.rmtree(folder / "data", ignore_errors=True)
    database.parent.mkdir(parents=True)
    image.replace(database)
    with Node(folder, config(port)) as node:
        node.start()
        client = Client(port)
        wait_for("the HTTP server", lambda: client.get("/api/v1/chain/blocks")[0] == 200, 20, 0.02)
        for height, block in promised:
            status, document = client.get(f"/api/v1/chain/blocks/{block}")
            assert status == 200, f"block {height}, {block}, was acknowledged and is gone (seed {SEED}, image {seed})"
            assert document["height"] == height, f"{document} is not at height {height} (seed {SEED}, image {seed})"
        node.run_command("chain", "verify", "--proofs", "-c", "node.yaml")
        node.kill()


def no_acknowledged_block_is_lost_when_the_power_fails():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    library, tool = shim()
    with Folder() as folder:
        port = free_port()
        recording = folder / "recording"
        recording.mkdir()
        journal, acknowledged = record(recording, port, library)
        length = journal.stat().st_size
        assert acknowledged, "the node acknowledged no block while it was recorded"
        first = acknowledged[0][0]
        checked = 0
        for failure in range(FAILURES):
            # The last one is the moment of the kill, the others are any moment since the first acknowledged block.
            cut = length if failure + 1 == FAILURES else chance.randrange(first, length)
            seed = chance.randrange(2**32)
            promised = [(height, block) for at, height, block in acknowledged if at <= cut]
            place = folder / f"failure-{failure}"
            place.mkdir()
            subprocess.run([tool, journal, str(cut), str(seed), place / "image"], check=True, stdout=subprocess.DEVNULL)
            start_after(place, port, place / "image", promised, seed)
            checked += len(promised)
            shutil.rmtree(place)
        print(f"{FAILURES} power failures over {length} bytes written, {len(acknowledged)} blocks acknowledged, "
              f"{checked} looked up and found")


main(no_acknowledged_block_is_lost_when_the_power_fails)
