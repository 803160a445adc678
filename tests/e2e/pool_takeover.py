#!/usr/bin/env python3
"""A new process takes over from a running node with all its miners: no connection is closed and no share is lost, and when the new
one fails the old one goes on. `pool_takeover.py MINERS` runs the first test with that many."""
import concurrent.futures
import fcntl
import json
import os
import random
import resource
import select
import signal
import socket
import sys
import time

from harness import Folder, Node, free_port, main, wait_for
from stratum import Miner, Search

CONFIG = """
node: {{name: pool-takeover}}
plugins:
  - id: cosmic-harmony
  - id: chain
  - id: pool
    config:
      work: chain
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony], difficulty: 1}}]
      connections_per_address: 10000
      trusted: ["127.0.0.1"]
      drain_time: 100ms
      reconnect: "127.0.0.1:{port}"
{more}
"""
MINERS = int(sys.argv.pop(1)) if __name__ == "__main__" and len(sys.argv) > 1 and sys.argv[1].isdigit() else 200


class Loaded:
    """A miner whose every hash is a share, and whose answers are counted."""

    def __init__(self, port, number):
        self.name = f"ZION_A.{number}+1"
        self.miner = Miner(port)
        self.miner.log_in(self.name)
        self.socket = self.miner.socket
        self.socket.setblocking(False)
        self.heard = self.miner.lines.rest
        self.id = 100
        self.nonce = number << 8
        self.open = set()
        self.answers = []
        self.take()

    def submit(self, search, cut=None):
        """A share; `cut`: only so many bytes of its line now, the rest as the answer."""
        self.id += 1
        job, data, target = self.miner.job[:3]
        nonce, digest = search(data, int(target, 16), self.nonce)
        self.nonce = int(nonce, 16) + 1
        line = json.dumps({"id": self.id, "method": "mining.submit", "params": [self.name, job, nonce, digest]}).encode() + b"\n"
        self.open.add(self.id)
        self.socket.sendall(line[:cut])
        return line[cut:] if cut else b""

    def read(self):
        """False: the pool closed the connection."""
        try:
            part = self.socket.recv(65536)
        except BlockingIOError:
            return True
        self.heard += part
        self.take()
        return part != b""

    def take(self):
        *lines, self.heard = self.heard.split(b"\n")
        for message in map(json.loads, lines):
            if message.get("method") == "mining.notify":
                self.miner.job = message["params"]
            elif "method" in message:
                assert message["method"] != "client.reconnect", "a miner was sent away"
            elif message["id"] is not None:
                self.open.remove(message["id"])  # each is answered once
                self.answers.append(message)


class Load:
    def __init__(self, port, count, search):
        self.search = search
        self.miners = {}
        with concurrent.futures.ThreadPoolExecutor(32) as together:  # behind a proxy each may wait for a connection of its own
            for one in together.map(lambda number: Loaded(port, number), range(count)):
                self.miners[one.socket.fileno()] = one
        self.poll = select.poll()
        for number in self.miners:
            self.poll.register(number, select.POLLIN)
        self.random = random.Random(1)
        self.sent = 0

    def turn(self, submits=20):
        for one in self.random.sample(list(self.miners.values()), submits):
            if len(one.open) < 4:
                one.submit(self.search)
                self.sent += 1
        self.hear()

    def hear(self, timeout_ms=2):
        for number, _ in self.poll.poll(timeout_ms):
            assert self.miners[number].read(), "a miner's connection was closed"

    def settle(self):
        wait_for("an answer to each share", lambda: self.hear() or not any(one.open for one in self.miners.values()), 30, every=0.001)

    def check(self):
        answers = [answer for one in self.miners.values() for answer in one.answers]
        assert len(answers) == self.sent, (len(answers), self.sent)
        bad = [answer for answer in answers if answer["result"] is not True]
        assert not bad, (len(bad), bad[:3])


def successor(node, config=None, environment=None):
    new = Node(node.folder, config or node.config.read_text(), environment, arguments=["--takeover"])
    new.starts = node.starts + 10
    return new.start(ready=False)


def more_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))


def node_with_pool(folder, more=""):
    port = free_port()
    return Node(folder, CONFIG.format(port=port, more="".join(f"      {line}\n" for line in more.splitlines()))), port


def keep_loading(load, until, seconds=60):
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it takes too long"
        load.turn()


def no_connection_is_closed_and_no_share_is_lost():
    more_files()
    with Folder() as folder, Search() as search:
        old, port = node_with_pool(folder)
        with old:
            old.start()
            load = Load(port, MINERS, search)
            for _ in range(50):
                load.turn()
            # A half-sent line goes over with its connection.
            half = next(iter(load.miners.values()))
            rest = half.submit(search, cut=30)
            load.sent += 1
            time.sleep(0.2)
            busy = set(load.miners)
            del load.miners[half.socket.fileno()]
            load.poll.unregister(half.socket.fileno())
            before = load.sent
            began = time.monotonic()
            new = successor(old)
            with new:
                keep_loading(load, lambda: old.exited() or new.exited())
                took = time.monotonic() - began
                assert old.exited() and old.process.returncode == 0, (old.log(), new.log())
                during = load.sent - before
                half.socket.sendall(rest)
                load.miners[half.socket.fileno()] = half
                load.poll.register(half.socket.fileno(), select.POLLIN)
                for _ in range(50):
                    load.turn()
                load.settle()
                load.check()
                assert set(load.miners) == busy
                wait_for("the new node to answer", new.responds, 20)
                wait_for("all miners in its status", lambda: new.plugin("pool")["view"]["connections"] == MINERS, 10)
                # The same port, new miners, and what was seen before is seen still.
                with Miner(port) as fresh:
                    fresh.log_in("ZION_B")
                print(f"   {MINERS} miners, {during} shares while it went on for {took:.1f} s, {load.sent} in all")
                # And once more.
                newest = successor(new)
                with newest:
                    keep_loading(load, lambda: new.exited() or newest.exited())
                    assert new.exited() and new.process.returncode == 0, (new.log(), newest.log())
                    load.settle()
                    load.check()
                    for one in load.miners.values():
                        one.socket.close()
                    assert newest.stop() == 0, newest.log()


def a_share_that_was_seen_before_is_a_duplicate_after():
    with Folder() as folder, Search() as search:
        old, port = node_with_pool(folder)
        with old:
            old.start()
            with Miner(port) as miner:
                miner.log_in("ZION_A+1")
                job, data, target = miner.job[:3]
                nonce, digest = search(data, int(target, 16))
                assert miner.submit("ZION_A", job, nonce, digest)["result"] is True
                with successor(old) as new:
                    assert old.process.wait(60) == 0, (old.log(), new.log())
                    assert miner.submit("ZION_A", job, nonce, digest)["error"]["message"] == "Duplicate share"
                    nonce, digest = search(data, int(target, 16), int(nonce, 16) + 1)
                    assert miner.submit("ZION_A", job, nonce, digest)["result"] is True
                    wait_for("the new node to answer", new.responds, 20)
                    assert new.stop() == 0, new.log()


def the_old_node_goes_on_when_the_new_one_fails():
    with Folder() as folder, Search() as search:
        old, port = node_with_pool(folder)
        with old:
            old.start()
            good = old.config.read_text()
            load = Load(port, 20, search)
            taken = socket.create_server(("127.0.0.1", 0))
            port_in_use = f"  - id: gateway\n    config: {{listen: \"127.0.0.1:{taken.getsockname()[1]}\"}}\n"
            # What shows before anything is handed over, and what shows only at the start.
            for bad in (good.replace("work: chain", "work: chian"), good + port_in_use):
                with successor(old, bad) as new:
                    keep_loading(load, new.exited)
                    assert new.process.returncode != 0, new.log()
                old.config.write_text(good)
                for _ in range(20):
                    load.turn()
                load.settle()
                load.check()
                wait_for("the old node to answer", old.responds, 20)
            assert "this node goes on, for the new one failed" in old.log(), old.log()
            # One that dies in the middle of the hand-over, after it, and one that says that it cannot start.
            for packets, last_words in ((1, b""), (None, b""), (None, b"Fthe moon is full")):
                seen = old.log().count("this node goes on")
                broken_successor(folder, packets, last_words)
                keep_loading(load, lambda: old.log().count("this node goes on") > seen)
                load.settle()
                load.check()
            assert "the moon is full" in old.log()
            wait_for("the old node to answer", old.responds, 20)
            for one in load.miners.values():
                one.socket.close()
            assert old.stop() == 0, old.log()


def the_old_node_that_wakes_too_late_goes_on():
    """It stalls until the new one has given up waiting for its last word, and finds "I run" when it wakes."""
    with Folder() as folder, Search() as search:
        old, port = node_with_pool(folder)
        with old:
            old.start()
            load = Load(port, 20, search)
            for _ in range(20):
                load.turn()
            load.settle()
            broken_successor(folder, None, b"R", stalled=old.process)
            keep_loading(load, lambda: old.exited() or "this node goes on" in old.log())
            assert not old.exited(), old.log()
            assert "it ended, for this node did not answer it in time" in old.log(), old.log()
            load.settle()
            load.check()
            wait_for("the old node to answer", old.responds, 20)
            for one in load.miners.values():
                one.socket.close()
            assert old.stop() == 0, old.log()


def broken_successor(folder, packets, last_words, stalled=None):
    """Asks for all, takes so many packets of it (None: the first, and what follows in the next moments), says its last words and dies.
    `stalled` does not run meanwhile."""
    data = folder / "data"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as meeting, socket.socket(socket.AF_UNIX) as control:
        path = data / "takeover.sock"
        path.unlink(missing_ok=True)
        meeting.bind(str(path))
        meeting.listen(1)
        control.connect(str(data / "nebula.sock"))
        control.sendall(json.dumps({"id": 1, "method": "handover", "params": {"socket": str(path)}}).encode() + b"\n")
        channel, _ = meeting.accept()
        with channel:
            channel.settimeout(20)
            while packets is None or packets > 0:
                _, descriptors, _, _ = socket.recv_fds(channel, 1 << 17, 253)
                for one in descriptors:
                    os.close(one)
                channel.settimeout(0.2)
                packets = packets and packets - 1
                if packets is None and not select.select([channel], [], [], 0.2)[0]:
                    break
            if stalled:
                stalled.send_signal(signal.SIGSTOP)
                status = f"/proc/{stalled.pid}/stat"
                wait_for("the old node to stand still", lambda: open(status).read().rpartition(") ")[2][0] == "T", every=0.01)
            if last_words:
                channel.sendall(last_words)
    if stalled:
        stalled.send_signal(signal.SIGCONT)


def it_starts_plainly_when_the_old_node_dies_before_it_has_handed_over():
    with Folder() as folder, Search() as search:
        old, port = node_with_pool(folder)
        with old:
            old.start()
            # It dies while it is asked.
            old.process.send_signal(signal.SIGSTOP)
            with successor(old) as new:
                wait_for("the new node to ask", lambda: new.exited() or (folder / "data/takeover.sock").exists(), every=0.01)
                old.kill()
                serves_after_a_loss(new, port)
        # It dies having promised to hand over, and with a part of it sent.
        for sends_list in (False, True):
            with dying_predecessor(old, sends_list) as new:
                serves_after_a_loss(new, port)
                assert "ended before it had handed over (hand-over: the other process is gone)" in new.log(), new.log()


def serves_after_a_loss(new, port):
    wait_for("the new node to answer", lambda: new.exited() or new.responds(), 30)
    assert not new.exited(), new.log()
    with Miner(port) as miner:
        miner.log_in("ZION_A")
    assert new.stop() == 0, new.log()


def dying_predecessor(old, sends_list):
    """Holds the data folder as a node does, agrees to hand over, and is gone; its lock only a moment after its channel. The new node."""
    data = old.folder / "data"
    with open(data / "nebula.lock", "r+") as lock, socket.socket(socket.AF_UNIX) as control:
        fcntl.flock(lock, fcntl.LOCK_EX)
        control.bind(str(data / "nebula.sock"))
        control.listen(1)
        control.settimeout(30)
        new = successor(old)
        asks, _ = control.accept()
        with asks, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as channel:
            asked = json.loads(asks.makefile().readline())
            channel.connect(asked["params"]["socket"])
            asks.sendall(json.dumps({"id": asked["id"], "result": {"text": "handing over"}}).encode() + b"\n")
            if sends_list:
                one = {"instance": "pool", "plugin": "pool", "bytes": 100, "descriptors": 0}
                socket.send_fds(channel, [b"E" + json.dumps({"format": 1, "version": "0", "instances": [one]}).encode()],
                                [lock.fileno()])
        (data / "nebula.sock").unlink()
        wait_for("the new node to give the hand-over up", lambda: new.exited() or not (data / "takeover.sock").exists(), every=0.01)
    return new


def the_service_manager_hears_which_process_the_node_is():
    with Folder() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(folder / "notify.sock"))
        manager.settimeout(60)
        old, port = node_with_pool(folder)
        old.environment["NOTIFY_SOCKET"] = str(folder / "notify.sock")
        with old:
            old.start()
            assert manager.recv(4096).decode() == f"MAINPID={old.process.pid}\nREADY=1"
            with successor(old, environment=old.environment) as new:
                # The old process says nothing of its end: the service goes on.
                assert manager.recv(4096).decode() == f"MAINPID={new.process.pid}\nREADY=1"
                assert old.process.wait(60) == 0, old.log()
                assert new.stop() == 0, new.log()
                assert manager.recv(4096) == b"STOPPING=1"
                assert not select.select([manager], [], [], 0)[0], manager.recv(4096)


def without_a_running_node_it_just_starts():
    with Folder() as folder:
        node, port = node_with_pool(folder)
        node.arguments = ["--takeover"]
        with node:
            node.start()
            with Miner(port) as miner:
                miner.log_in("ZION_A")
            assert node.stop(signal.SIGTERM) == 0, node.log()


if __name__ == "__main__":
    main(no_connection_is_closed_and_no_share_is_lost,
         a_share_that_was_seen_before_is_a_duplicate_after,
         the_old_node_goes_on_when_the_new_one_fails,
         the_old_node_that_wakes_too_late_goes_on,
         it_starts_plainly_when_the_old_node_dies_before_it_has_handed_over,
         the_service_manager_hears_which_process_the_node_is,
         without_a_running_node_it_just_starts)
