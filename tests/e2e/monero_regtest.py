#!/usr/bin/env python3
"""The node mines on a real monerod: over seed changes, through the daemon's death, and it names what is wrong with it.

Needs monerod 0.18 in PATH (Debian package monero). The daemon runs in regtest with a RandomX epoch of 16 blocks, so that
the seed changes at block 21 instead of after days."""
import contextlib
import ctypes
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess

from harness import BUILD, NEBULA, Folder, Node, free_port, main, skip, wait_for
from harness import http as get

WALLET = "44AM6sfBB3VGRUrmkbBC1FUV9sex1vcSHLjCFfEvMqeWjWNkNAXK54qYi8gVKJhvhAagUfvr4AtBK9disJT3GTgy2CCsqFo"
TESTNET_WALLET = "9wviCeWe2D8XS82k2ovp5EUYLzBt9pYNW2LXUFsZiv8S3Mt21FZ5qQaAroko1enzw3eGr9qC7X1D7Geoo2RrAotYPwq9Gm8"
PASSWORD = "correct-horse-battery"
DIFFICULTY = 2  # about two light-mode hashes a block
FOUND = re.compile(r"block ([0-9a-f]{64}) found at height (\d+)")
IN_CHAIN = re.compile(r"block ([0-9a-f]{64}) at height (\d+) is in the chain")


def die_with_parent():
    """A test that is killed leaves no daemon behind (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Daemon:
    """A monerod in regtest, with a password and a ZMQ publisher. `alone`: with a network and without peers, so never
    synchronised. `short_epochs`: of 16 blocks; each costs a second."""

    def __init__(self, folder, alone=False, password=PASSWORD, short_epochs=True, difficulty=DIFFICULTY):
        self.folder = folder / ("monerod-alone" if alone else "monerod")
        self.alone, self.password, self.difficulty = alone, password, difficulty
        self.epochs = {"SEEDHASH_EPOCH_BLOCKS": "16", "SEEDHASH_EPOCH_LAG": "4"} if short_epochs else {}
        self.rpc, self.p2p, self.zmq, self.zmq_rpc = (free_port() for _ in range(4))
        self.process = None

    def start(self):
        words = ["monerod", "--regtest", "--keep-fakechain", "--fixed-difficulty", str(self.difficulty), "--non-interactive",
                 "--data-dir", str(self.folder), "--rpc-bind-port", str(self.rpc), "--p2p-bind-port", str(self.p2p),
                 "--zmq-rpc-bind-port", str(self.zmq_rpc), "--zmq-pub", f"tcp://127.0.0.1:{self.zmq}",
                 "--rpc-login", f"nebula:{self.password}"]
        words += ["--no-igd", "--hide-my-port", "--p2p-bind-ip", "127.0.0.1"] if self.alone else ["--offline"]
        environment = {**os.environ, **self.epochs}
        self.folder.mkdir(exist_ok=True)
        with open(self.folder / "output.txt", "ab") as output:
            self.process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                            preexec_fn=die_with_parent)
        wait_for("monerod's RPC", self.responds, 60)
        return self

    def responds(self):
        if self.process.poll() is not None:
            raise AssertionError(f"monerod ended:\n{(self.folder / 'output.txt').read_text()[-2000:]}")
        try:
            return self.call("get_info")
        except (OSError, http.client.HTTPException):
            return None

    def call(self, method, params=None):
        """The result of a JSON-RPC call. On a busy machine monerod now and then fails a question without a word: it is asked again."""
        def answered():
            answer = self.post("/json_rpc", {"jsonrpc": "2.0", "id": "0", "method": method, "params": params or {}})
            wordless = method.startswith("get_") and answer.get("error") == {"code": 0, "message": ""}
            return None if wordless else answer
        answer = wait_for(f"an answer of monerod to {method}", answered)
        assert "result" in answer, f"monerod answers to {method}: {answer}"
        return answer["result"]

    def post(self, path, document):
        """With digest authentication; its nonce is good for one connection only, so both requests share it."""
        body = json.dumps(document)
        connection = http.client.HTTPConnection("127.0.0.1", self.rpc, timeout=30)
        with contextlib.closing(connection):
            connection.request("POST", path, body)
            refusal = connection.getresponse()
            refusal.read()
            connection.request("POST", path, body, {"Authorization": self.authorization(refusal, path)})
            answer = connection.getresponse()
            assert answer.status == 200, f"monerod answers {answer.status} to {body}"
            return json.loads(answer.read())

    def authorization(self, refusal, path):
        nonce = re.search(r'nonce="([^"]+)"', refusal.getheader("WWW-authenticate")).group(1)
        md5 = lambda *parts: hashlib.md5(":".join(parts).encode()).hexdigest()
        who, what = md5("nebula", "monero-rpc", self.password), md5("POST", path)
        response = md5(who, nonce, "00000001", "e2e", "auth", what)
        return (f'Digest username="nebula", realm="monero-rpc", nonce="{nonce}", uri="{path}", cnonce="e2e", '
                f'nc=00000001, qop=auth, response="{response}", algorithm=MD5')

    def height(self):
        return self.call("get_info")["height"]

    def headers(self, last):
        return self.call("get_block_headers_range", {"start_height": 1, "end_height": last})["headers"]

    def fingerprint(self):
        certificate = ssl.get_server_certificate(("127.0.0.1", self.rpc))
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.kill()
            raise

    def __exit__(self, *_):
        self.kill()


def configuration(gateway, url, zmq="", wallet=WALLET, password=PASSWORD, fingerprint="", algorithm="randomx"):
    return f"""
node:
  name: e2e
  data: ./data
plugins:
  - id: randomx
  - id: monero
    config:
      url: "{url}"
      wallet: "{wallet}"
      user: nebula
      password: "{password}"
      zmq: "{zmq}"
      poll: 250ms
      stale_after: 10s
      tls_fingerprint: "{fingerprint}"
  - id: miner
    config: {{work: monero, algorithm: {algorithm}, threads: 1}}
  - id: gateway
    config: {{listen: "127.0.0.1:{gateway}"}}
"""


class Mine:
    """A node on a daemon, with what the tests ask of both."""

    def __init__(self, folder, daemon):
        self.port, self.daemon, self.zmq = free_port(), daemon, f"tcp://127.0.0.1:{daemon.zmq}"
        self.node = Node(folder, configuration(self.port, self.url(), self.zmq))

    def url(self, scheme="http"):
        return f"{scheme}://127.0.0.1:{self.daemon.rpc}"

    def reload(self, url=None, **changes):
        self.node.config.write_text(configuration(self.port, url or self.url(), self.zmq, **changes))
        self.node.ctl("reload")

    def ready(self):
        return get(f"http://127.0.0.1:{self.port}/readyz")

    def wait_ready(self):
        wait_for("readiness", lambda: self.ready()[0] == 200, 120)

    def wait_not_ready(self, words):
        def answer():
            status, body = self.ready()
            return status == 503 and words in body
        wait_for(f"/readyz to say '{words}', it says {self.ready()}", answer, 60)
        assert not self.node.exited(), self.node.log()
        return self.ready()[1]

    def metric(self, name):
        text = get(f"http://127.0.0.1:{self.port}/metrics")[1]
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def blocks_in(log, pattern):
    return {int(height): block for block, height in pattern.findall(log)}


def it_mines_over_a_seed_change_and_every_block_is_the_one_it_named():
    with Folder() as folder, Daemon(folder) as daemon:
        mine = Mine(folder, daemon)
        with mine.node.start() as node:
            last = 26
            wait_for(f"{last} blocks", lambda: daemon.height() > last, 300)
            headers = daemon.headers(last)
            wait_for("the last confirmation", lambda: last in blocks_in(node.log(), IN_CHAIN), 30)
            found, confirmed = blocks_in(node.log(), FOUND), blocks_in(node.log(), IN_CHAIN)
            for header in headers:
                height = header["height"]
                assert found[height] == header["hash"], f"block {height} is {header['hash']}, the node said {found[height]}"
                assert confirmed[height] == header["hash"], f"block {height} was not confirmed"
                assert not header["orphan_status"]
            mine.wait_ready()
            view = node.plugin("monero")["view"]
            assert view["daemon"]["state"] == "serving" and view["blocks"]["in_chain"] >= last, view
            assert mine.metric("monero_blocks_total") >= last
            assert mine.metric("monero_wakes_total") > 0, "ZMQ never woke the node"
            assert node.stop() == 0, node.log()
            assert PASSWORD not in node.log(), "the password stands in the log"


def it_survives_the_death_of_the_daemon_and_mines_on_with_the_next_one():
    with Folder() as folder, Daemon(folder) as daemon:
        mine = Mine(folder, daemon)
        with mine.node.start() as node:
            wait_for("three blocks", lambda: daemon.height() > 3, 120)
            daemon.kill()
            mine.wait_not_ready("unreachable since")
            wait_for("the template to be called stale", lambda: node.plugin("monero")["view"]["template"]["stale"], 60)
            daemon.start()
            before = daemon.height()
            wait_for("three more blocks", lambda: daemon.height() >= before + 3, 120)
            mine.wait_ready()
            assert node.stop() == 0, node.log()


def it_names_what_is_wrong_with_the_daemon_and_recovers_by_reloading():
    with Folder() as folder, Daemon(folder) as daemon, Daemon(folder, alone=True) as alone:
        mine = Mine(folder, daemon)
        with mine.node.start() as node:
            mine.wait_ready()
            mine.reload(password="wrong")
            body = mine.wait_not_ready("bad credentials")
            assert "wrong" not in body.replace("wrong network", ""), body
            mine.reload(wallet=TESTNET_WALLET)
            mine.wait_not_ready("wrong network address")
            mine.reload(url=f"http://127.0.0.1:{alone.rpc}")
            mine.wait_not_ready("syncing")
            mine.reload()
            mine.wait_ready()
            before = daemon.height()
            wait_for("another block", lambda: daemon.height() > before, 120)
            assert node.starts == 1 and not node.exited()
            assert node.stop() == 0, node.log()


def it_speaks_tls_to_a_pinned_certificate_only():
    with Folder() as folder, Daemon(folder) as daemon:
        mine = Mine(folder, daemon)
        with mine.node.start() as node:
            mine.wait_ready()
            mine.reload(url=mine.url("https"), fingerprint="ab" * 32)
            mine.wait_not_ready("not the one that `tls_fingerprint` pins")
            mine.reload(url=mine.url("https"))
            mine.wait_not_ready("certificate is not trusted")
            mine.reload(url=mine.url("https"), fingerprint=daemon.fingerprint())
            mine.wait_ready()
            before = daemon.height()
            wait_for("a block over TLS", lambda: daemon.height() > before, 120)
            assert node.stop(signal.SIGINT) == 0, node.log()


if shutil.which("monerod") is None:
    skip("monerod is not installed (Debian package monero)")
if not NEBULA.exists():
    skip(f"{NEBULA} is not built")
for plugin in ("monero", "randomx", "miner", "gateway"):
    if not (BUILD / "lib/nebula/plugins" / f"lib{plugin}.so").exists():
        skip(f"the plugin {plugin} is not built")

if __name__ == "__main__":
    main(it_mines_over_a_seed_change_and_every_block_is_the_one_it_named,
         it_survives_the_death_of_the_daemon_and_mines_on_with_the_next_one,
         it_names_what_is_wrong_with_the_daemon_and_recovers_by_reloading,
         it_speaks_tls_to_a_pinned_certificate_only)
