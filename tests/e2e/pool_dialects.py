#!/usr/bin/env python3
"""Miners of every dialect on our own chain, to the letter, over real sockets: to accepted shares and to blocks. Each builds and
hashes its work from what the pool sent and nothing else."""
import hashlib
import json
import os
import shutil
import socket
import struct
import subprocess
import sys

from harness import BUILD, Folder, Node, free_port, main, wait_for

CONFIG = """
node: {{name: pool-dialects, network: nebula-dev}}
plugins:
  - {{id: cosmic-harmony}}
  - {{id: randomx}}
  - {{id: yescrypt}}
  - {{id: autolykos2, config: {{development_tiny_table: true, table: "off", opencl: "off"}}}}
  - id: chain
    config:
      algorithms:
        - {{name: yescryptr16, start_difficulty: 12}}
        - {{name: autolykos2, start_difficulty: 60}}
  - id: pool
    config:
      work: chain
      ports:
        - {{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony, randomx, yescryptr16, autolykos2], difficulty: 3}}
        - {{listen: "127.0.0.1:{short}", algorithms: [autolykos2], difficulty: 5, autolykos_jobs: set_target}}
        - {{listen: "127.0.0.1:{nicehash}", algorithms: [randomx], difficulty: 2, nicehash: true}}
"""
YESCRYPTR16 = "version=0.5,N=4096,r=16,pers=Client~Key"


class Search:
    """Nonces of functions that Python is too slow for."""

    def __init__(self):
        self.process = subprocess.Popen([BUILD / "bin/share_search"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, function, data, offset, first, target):
        self.process.stdin.write(f"{function} {data.hex()} {offset} {first} {target:064x}\n")
        self.process.stdin.flush()
        nonce, digest = self.process.stdout.readline().split()
        return int(nonce), bytes.fromhex(digest)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)


class Connection:
    """Lines of JSON. The first lines are read one by one: miners do not expect anything before an answer."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\n")
        self.text = []

    def send(self, message):
        self.socket.sendall((json.dumps(message, separators=(",", ":")) + "\n").encode())

    def line(self):
        line = self.lines.readline()
        assert line, "the pool closed the connection"
        self.text.append(line)
        message = json.loads(line)
        self.hear(message)
        return message

    def answer(self):
        """The next answer; messages before it are heard."""
        while True:
            message = self.line()
            if "method" not in message:
                return message

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lines.close()
        self.socket.close()


def sha256d(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


class CpuMiner(Connection):
    """Dialect B, as cpuminer-opt speaks it: every submit has id 4."""

    def __init__(self, port, search):
        super().__init__(port)
        self.search, self.job, self.extranonce2, self.clean_jobs = search, None, 0, 0

    def hear(self, message):
        if message.get("method") == "mining.set_difficulty":
            self.difficulty = message["params"][0]
        elif message.get("method") == "mining.set_extranonce":
            self.extranonce1, self.extranonce2_size = message["params"]
        elif message.get("method") == "mining.notify":
            self.job, self.target = message["params"], min((1 << 256) - 1, int((1 << 240) / self.difficulty))
            self.clean_jobs += self.job[8]

    def log_in(self, user, password="x", agent="cpuminer-opt/26.1"):
        self.send({"id": 1, "method": "mining.subscribe", "params": [agent]})
        first = self.line()  # the very first line
        assert first["id"] == 1 and first["error"] is None, first
        subscriptions, self.extranonce1, size = first["result"]
        assert [one[0] for one in subscriptions] == ["mining.set_difficulty", "mining.notify"]
        self.session = subscriptions[1][1]
        assert 2 <= size <= 16
        self.extranonce2_size = size
        self.send({"id": 2, "method": "mining.authorize", "params": [user, password]})
        answer = self.answer()
        assert answer["id"] == 2 and answer["result"] is True, answer
        self.send({"id": 3, "method": "mining.extranonce.subscribe", "params": []})
        assert self.answer()["result"] is True
        self.user = user
        while self.job is None:
            self.line()

    def header(self):
        job, previous, coinb1, coinb2, branches, version, bits, time, _ = self.job
        self.extranonce2 += 1
        extranonce2 = self.extranonce2.to_bytes(self.extranonce2_size, "big").hex()
        root = sha256d(bytes.fromhex(coinb1 + self.extranonce1 + extranonce2 + coinb2))
        for branch in branches:
            root = sha256d(root + bytes.fromhex(branch))
        words = bytes.fromhex(previous)
        previous = b"".join(words[i:i + 4][::-1] for i in range(0, 32, 4))
        ntime = int(time, 16) + 7
        header = struct.pack("<I", int(version, 16)) + previous + root + struct.pack("<III", ntime, int(bits, 16), 0)
        assert len(header) == 80
        return job, extranonce2, f"{ntime:08x}", header

    def share(self, above=-1):
        """What it would submit; nothing is sent. Its hash is more than `above`."""
        job, extranonce2, ntime, header = self.header()
        nonce, digest = self.search(YESCRYPTR16, header, 76, 0, self.target)
        while int.from_bytes(digest, "little") <= above:
            nonce, digest = self.search(YESCRYPTR16, header, 76, nonce + 1, self.target)
        return {"method": "mining.submit", "params": [self.user, job, extranonce2, ntime, f"{nonce:08x}"], "id": 4}


class ErgoMiner(Connection):
    """Dialect C. `short`: with four parameters, a target of its own and the id 0 for everything."""

    def __init__(self, port, short=False):
        super().__init__(port)
        self.short, self.job, self.target = short, None, None

    def hear(self, message):
        if message.get("method") == "mining.set_target":
            self.target = int(message["params"][0], 16)
        elif message.get("method") == "mining.notify":
            if self.short:
                self.job, self.message, self.height, _ = message["params"]
            else:
                self.job, self.height, self.message, empty, also, _, b, last, _ = message["params"]
                assert empty == also == last == "" and isinstance(b, str)
                self.target = int(b)

    def log_in(self, user, agent="autolykos-miner"):
        self.send({"id": 0 if self.short else 1, "method": "mining.subscribe", "params": [agent]})
        first = self.line()
        _, self.extranonce1, self.left = first["result"]
        assert len(self.extranonce1) // 2 + self.left == 8, first
        self.send({"id": 0 if self.short else 2, "method": "mining.authorize", "params": [user, "x"]})
        assert self.line()["result"] is True
        self.user = user
        while self.job is None:
            self.line()

    def share(self, first=0, above=-1):
        message = bytes.fromhex(self.message)
        for tail in range(first, 1 << 32):
            nonce = bytes.fromhex(self.extranonce1) + tail.to_bytes(self.left, "big")
            if above < autolykos(message, self.height, nonce) <= self.target:
                break
        self.tail = tail
        parameters = [self.user, self.job, nonce[-self.left:].hex()]
        return {"id": 0 if self.short else 4, "method": "mining.submit",
                "params": parameters if self.short else parameters + ["", nonce.hex()]}


CONSTANT = b"".join(struct.pack(">Q", i) for i in range(1024))


def autolykos(message, height, nonce):
    """The hit of Autolykos v2, on the tiny tables of development."""
    def h(data):
        return hashlib.blake2b(data, digest_size=32).digest()
    size = 1009 + height % 7 * 10
    tail = struct.pack(">I", height) + CONSTANT
    first = int.from_bytes(h(message + nonce)[24:], "big") % size
    element = h(struct.pack(">I", first) + tail)[1:]
    seed = h(element + message + nonce)
    seed += seed[:3]
    total = sum(int.from_bytes(h(struct.pack(">I", int.from_bytes(seed[k:k + 4], "big") % size) + tail)[1:], "big")
                for k in range(32))
    return int.from_bytes(h(total.to_bytes(32, "big")), "big")


class Xmrig(Connection):
    """Dialect A."""

    def __init__(self, port, search):
        super().__init__(port)
        self.search, self.job, self.id = search, None, 0

    def hear(self, message):
        assert len(self.text[-1]) >= 22 and self.text[-1][0] == "{"
        if message.get("method") == "job":
            self.take(message["params"])

    def take(self, job):
        known = (job["job_id"], job["blob"], job["target"])
        assert self.job is None or known != (self.job["job_id"], self.job["blob"], self.job["target"]), "an identical job"
        assert len(job["target"]) == 16 and len(job["seed_hash"]) == 64 and job["algo"] == "rx/0"
        self.job = job

    def log_in(self, user, password="x"):
        self.id += 1
        self.send({"id": self.id, "jsonrpc": "2.0", "method": "login",
                   "params": {"login": user, "pass": password, "agent": "XMRig/6.26.0 (Linux x86_64)", "rigid": "rig7",
                              "algo": ["rx/0", "rx/wow", "cn/r"]}})
        result = self.answer()["result"]
        assert result["status"] == "OK" and {"algo", "keepalive"} <= set(result["extensions"]), result
        self.session, self.extensions = result["id"], result["extensions"]
        self.take(result["job"])

    def share(self, difficulty=None, begin=0):
        blob = bytes.fromhex(self.job["blob"])
        target = int.from_bytes(bytes.fromhex(self.job["target"]), "little")
        if difficulty:
            target = min(target, ((1 << 64) - 1) // difficulty)
        first = int.from_bytes(blob[39:43], "little") + begin
        nonce, digest = self.search("randomx/" + self.job["seed_hash"], blob, 39, first, (target << 192) - 1)
        self.id += 1
        return {"id": self.id, "jsonrpc": "2.0", "method": "submit",
                "params": {"id": self.session, "job_id": self.job["job_id"], "nonce": struct.pack("<I", nonce).hex(),
                           "result": digest.hex(), "algo": "rx/0"}}


def submit(miner, share):
    miner.send(share)
    return miner.answer()


def blocks(node):
    return node.plugin("chain")["view"]["height"]


def difficulty(node, algorithm):
    return next(int(a["difficulty"]) for a in node.plugin("chain")["view"]["algorithms"] if a["name"] == algorithm)


def no_block(node, algorithm):
    """What the hash of a share must be above not to be a block, which would make its job stale."""
    return (1 << 256) // difficulty(node, algorithm)


def mine_to_a_block(node, miner, share):
    """Shares until one of them is a block; each is accepted, except those that a block made stale on their way."""
    before = blocks(node)
    for _ in range(200):
        answer = submit(miner, share())
        assert stratum_ok(answer) or answer["error"][:2] == [21, "Stale share"], answer
        if blocks(node) > before:
            return
    raise AssertionError("200 shares and no block")


def node_with_pool(folder):
    ports = {name: free_port() for name in ("port", "short", "nicehash")}
    return Node(folder, CONFIG.format(**ports)), ports


def stratum_ok(answer):
    return answer["result"] is True and answer["error"] is None


def a_miner_of_yescrypt_builds_headers_until_one_is_a_block():
    with Folder() as folder, Search() as search:
        node, ports = node_with_pool(folder)
        with node:
            node.start()
            with CpuMiner(ports["port"], search) as miner:
                miner.log_in("ZION_A.cpu", "d=0.00003")
                assert miner.difficulty == 1 / 65536, miner.difficulty
                share = miner.share(no_block(node, "yescryptr16"))
                assert stratum_ok(submit(miner, share))
                assert submit(miner, share) == {"id": 4, "result": False, "error": [22, "Duplicate share", None]}
                late = dict(share, params=share["params"][:3] + ["ffffffff"] + share["params"][4:])
                assert submit(miner, late)["error"][0] == 20
                gone = dict(share, params=[share["params"][0], "ff"] + share["params"][2:])
                assert submit(miner, gone)["error"][:2] == [21, "Stale share"]
                clean_jobs = miner.clean_jobs
                mine_to_a_block(node, miner, miner.share)
                while miner.clean_jobs == clean_jobs:
                    miner.line()
            assert node.stop() == 0, node.log()


def miners_of_autolykos_find_blocks_in_both_forms():
    with Folder() as folder:
        node, ports = node_with_pool(folder)
        with node:
            node.start()
            with ErgoMiner(ports["port"]) as miner, ErgoMiner(ports["short"], short=True) as short:
                miner.log_in("ZION_A.nine+5", "ErgoMiner/1")
                short.log_in("ZION_A.four+5")
                assert miner.message != short.message or miner.extranonce1 != short.extranonce1
                for one in (miner, short):
                    share = one.share(above=no_block(node, "autolykos2"))
                    assert stratum_ok(submit(one, share))
                    assert submit(one, share)["error"] == [22, "Duplicate share", None]
                foreign = dict(share, params=share["params"][:2] + ["00"])
                assert submit(short, foreign)["error"][0] == 20
                for one in (miner, short):
                    def next_share(miner=one):
                        return miner.share(getattr(miner, "tail", -1) + 1)
                    mine_to_a_block(node, one, next_share)
            assert node.stop() == 0, node.log()


def a_miner_of_randomx_logs_in_negotiates_and_finds_a_block():
    with Folder() as folder, Search() as search:
        node, ports = node_with_pool(folder)
        with node:
            node.start()
            with Xmrig(ports["port"], search) as miner, Xmrig(ports["nicehash"], search) as hashed:
                miner.log_in("ZION_A+2")
                hashed.log_in("ZION_B.x", "d=2")
                assert "nicehash" not in miner.extensions and "nicehash" in hashed.extensions
                assert miner.job["blob"] != hashed.job["blob"] and hashed.job["blob"][84:86] != "00"
                for one in (miner, hashed):
                    share = one.share()
                    assert submit(one, share)["result"] == {"status": "OK"}
                    assert submit(one, share)["error"] == {"code": -1, "message": "Duplicate share"}
                foreign = dict(share, params=dict(share["params"], nonce="000000" + ("01" if hashed.job["blob"][84:86] != "01" else "02")))
                assert "not of the part" in submit(hashed, foreign)["error"]["message"]
                forged = miner.share()
                forged["params"].update(nonce="efbeadde", result="0" * 64)
                assert submit(miner, forged)["error"] == {"code": -1, "message": "Invalid share"}
                miner.send({"id": 99, "jsonrpc": "2.0", "method": "keepalived", "params": {"id": miner.session}})
                assert miner.answer()["result"] == {"status": "KEEPALIVED"}
                before = blocks(node)
                share = miner.share(difficulty(node, "randomx"), begin=1 << 20)
                assert submit(miner, share)["result"] == {"status": "OK"}
                wait_for("the block", lambda: blocks(node) > before)
            assert node.stop() == 0, node.log()


def unmodified_cpu_miners_where_they_are_installed():
    found = [name for name in ("minerd", "cpuminer") if shutil.which(name)]
    if not found:
        print("   SKIPPED: neither minerd nor cpuminer is installed")
        return
    with Folder() as folder:
        node, ports = node_with_pool(folder)
        with node:
            node.start()
            for name in found:
                words = [name, "-a", "yescryptr16", "-o", f"stratum+tcp://127.0.0.1:{ports['port']}", "-u", f"ZION_A.{name}",
                         "-p", "d=0.0001", "-t", "1"]
                with open(folder / f"{name}.txt", "wb") as log:
                    process = subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=os.environ)
                try:
                    wait_for(f"a share of {name}", lambda: "accepted" in (folder / f"{name}.txt").read_text(errors="replace").lower(), 120)
                finally:
                    process.kill()
                    process.wait()
            assert node.stop() == 0, node.log()


if __name__ == "__main__":
    if not (BUILD / "bin/share_search").exists():
        print("SKIPPED: share_search is not built; it needs the plugins yescrypt and randomx")
        sys.exit(77)
    main(a_miner_of_yescrypt_builds_headers_until_one_is_a_block,
         miners_of_autolykos_find_blocks_in_both_forms,
         a_miner_of_randomx_logs_in_negotiates_and_finds_a_block,
         unmodified_cpu_miners_where_they_are_installed)
