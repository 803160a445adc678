#!/usr/bin/env python3
"""The load generator and the simulator: what they count is what the pool counts, and a pool that stalls pays for it."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

from harness import NEBULA, Folder, Node, free_port, http, main, wait_for

CONFIG = """
node: {{name: bench-pool}}
plugins:
  - id: cosmic-harmony
  - id: chain
    config: {{template_refresh: 1s}}
  - id: pool
    config:
      work: chain
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony], difficulty: 1000}}]
  - id: gateway
    config: {{listen: "127.0.0.1:{http}"}}
"""
DIALECTS = """
node: {{name: bench-dialects}}
plugins:
  - id: cosmic-harmony
  - id: randomx
  - id: yescrypt
  - id: autolykos2
  - id: chain
    config:
      template_refresh: 2s
      algorithms:
        - {{name: yescryptr16, start_difficulty: 1000000}}
        - {{name: yescryptr8, start_difficulty: 1000000}}
        - {{name: autolykos2, start_difficulty: 1000000}}
  - id: pool
    config:
      work: chain
      ports:
        - {{listen: "127.0.0.1:{several}", algorithms: [cosmic-harmony, randomx, yescryptr16, yescryptr8, autolykos2]}}
        - {{listen: "127.0.0.1:{one}", algorithms: [cosmic-harmony]}}
        - {{listen: "127.0.0.1:{nicehash}", algorithms: [randomx], nicehash: true}}
"""
USAGE, UNAVAILABLE = 64, 69
KINDS = ("valid", "stale", "duplicate", "invalid", "low")


def run(*words):
    return subprocess.run([NEBULA, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)


def bench(*words, expect=0):
    done = run(*words)
    assert done.returncode == expect, f"nebula {' '.join(words)}: {done.returncode}, not {expect}\n{done.stdout}{done.stderr}"
    return done.stdout if expect == 0 else done.stderr


def load(port, *words):
    """What it measured; the exit status says whether it was flawless."""
    words = ("bench", "pool", "--connect", f"127.0.0.1:{port}", "--json", *words)
    done = run(*words)
    assert done.returncode in (0, 1), f"nebula {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}"
    document = json.loads(done.stdout)
    assert document["flawless"] == (done.returncode == 0), document
    return document


def no_fault(done):
    """On a busy machine a broadcast may still be under way when the next one comes; that says nothing about the pool."""
    assert (done["flawless"] or done["broadcasts_incomplete"] > 0) and done["lost"] == 0 and not done["errors"], done


class Pool:
    """A node with a pool, in a folder that the commands run in too."""

    def __enter__(self):
        self.folder = Folder()
        self.port, self.web = free_port(), free_port()
        self.node = Node(self.folder.__enter__(), CONFIG.format(port=self.port, http=self.web)).start()
        return self

    def __exit__(self, *failure):
        if not self.node.exited():
            self.node.kill()
        self.folder.__exit__(*failure)

    def shares(self):
        lines = http(f"http://127.0.0.1:{self.web}/metrics")[1].splitlines()
        found = [re.match(r'zion_pool_shares_total\{.*status="(\w+)"\} (\d+)', line) for line in lines]
        return {match[1]: int(match[2]) for match in found if match}

    def wait_for_load(self):
        wait_for("shares", lambda: self.shares().get("accepted", 0) > 0, every=0.05)


def what_it_counts_is_what_the_pool_counts():
    with Pool() as pool:
        done = load(pool.port, "--connections", "300", "--rate", "1000", "--seconds", "3", "--resume", "5", "--storm",
                         "--mix", "valid=80,stale=5,duplicate=5,invalid=5,low=5")
        no_fault(done)
        for kind in KINDS:
            shares = done["shares"][kind]
            assert shares["sent"] > 0 and shares["accepted" if kind == "valid" else kind] == shares["sent"], (kind, shares)
        counted = pool.shares()
        assert counted == {kind if kind != "valid" else "accepted": done["shares"][kind]["sent"] for kind in KINDS}, counted
        assert done["latency_ms"]["count"] == done["answered"] == sum(counted.values()), done
        assert 0 < done["latency_ms"]["p50"] <= done["latency_ms"]["p99"] <= done["latency_ms"]["max"], done
        assert done["connect"]["ready"] == done["storm"]["ready"] == 300, done
        assert done["broadcasts"] >= 1 and done["broadcast_each_ms"]["count"] >= 300, done
        assert done["resume_ms"]["count"] > 0, done
        assert done["pool"]["cpu_s"] > 0 and done["pool"]["memory_connected"] > 0, done


def the_other_dialects_hand_in_what_they_say():
    """At a port of several algorithms, of which they name the one that they mean."""
    with Folder() as folder:
        ports = {name: free_port() for name in ("several", "one", "nicehash")}
        with Node(folder, DIALECTS.format(**ports)).start() as node:
            for words in (("--dialect", "bitcoin"), ("--algorithm", "autolykos2"), ("--dialect", "cosmic")):
                done = load(ports["several"], *words, "--connections", "20", "--rate", "50", "--seconds", "2",
                            "--mix", "valid=60,stale=10,duplicate=10,invalid=10,low=10", "--resume", "4", "--idle", "0")
                no_fault(done)
                for kind in KINDS:
                    shares = done["shares"][kind]
                    assert shares["sent"] > 0 and shares["accepted" if kind == "valid" else kind] == shares["sent"], (words, kind, shares)
                if "cosmic" in words:  # it has no sessions, and its shares are found as they are sent
                    assert done["search_threads"] == done["generator_not_ready"] == 0, done
                else:
                    assert done["resumed_same_extranonce"] == done["resume_ms"]["count"] > 0 < done["search_threads"], done
            slow_shares_are_found_ahead(ports)
            another_algorithm_is_told_in_plain_words(ports)
            assert node.stop() == 0, node.log()


def slow_shares_are_found_ahead(ports):
    for port in (ports["several"], ports["nicehash"]):
        done = load(port, "--dialect", "xmrig", "--connections", "4", "--rate", "10", "--seconds", "2", "--idle", "0", "--threads", "1",
                    "--mix", "valid=40,stale=20,invalid=20,low=20")
        no_fault(done)
        assert done["search_threads"] == 1, done
        for kind in ("valid", "stale", "invalid", "low"):
            shares = done["shares"][kind]  # one of which is a block makes others stale
            assert shares["accepted" if kind == "valid" else kind] + (kind != "stale" and shares["stale"]) == shares["sent"], (kind, shares)
        assert done["shares"]["valid"]["accepted"] > 0 < done["shares"]["invalid"]["sent"], done
    # Five hundred hashes a second of RandomX are more than a thread has: what was not ready is told, and no latency of the pool's.
    words = ("--connections", "4", "--rate", "60", "--seconds", "1", "--difficulty", "8", "--threads", "1", "--idle", "0")
    said = run("bench", "pool", "--connect", f"127.0.0.1:{ports['several']}", "--algorithm", "rx/0", *words).stdout
    short = re.search(r"! (\d+) of (\d+) shares were not ready when they were due, and not sent", said)
    timed = re.search(r"share to answer +(\d+) ", said)
    assert short and timed and int(short[2]) == int(short[1]) + int(timed[1]) and " 0 lost." in said, said
    assert "1 threads found the shares ahead" in said, said
    # So it is with a quick algorithm whose shares are hard.
    done = load(ports["one"], "--difficulty", "2000", "--connections", "4", "--rate", "40", "--seconds", "1", "--idle", "0")
    no_fault(done)
    assert done["search_threads"] > 0 < done["shares"]["valid"]["accepted"], done


def another_algorithm_is_told_in_plain_words(ports):
    for words, text in ((("--dialect", "bitcoin"), "this port serves cosmic-harmony, not the yescryptr8 of the password"),
                        (("--dialect", "xmrig"), "the pool refuses miners of randomx: no algorithm of this port is mined with login"),
                        (("--dialect", "xmrig", "--algorithm", "cosmic-harmony"), "refuses miners of cosmic-harmony: no algorithm")):
        said = bench("bench", "pool", "--connect", f"127.0.0.1:{ports['one']}", "--connections", "3", *words, expect=UNAVAILABLE)
        assert text in said and "deprecated" not in said, said
    said = bench("bench", "pool", "--connect", f"127.0.0.1:{ports['one']}", "--dialect", "ergo", expect=UNAVAILABLE)
    assert "autolykos2 is deprecated" in said and "not the autolykos2 of the password" in said, said


class ScriptedPool:
    """Speaks dialect D, takes every share, and gives new work when it is told to."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.miners, self.shares = [], 0
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                miner = self.listener.accept()[0]
            except OSError:  # the test is over
                return
            threading.Thread(target=self.serve, args=(miner,), daemon=True).start()

    def serve(self, miner):
        for line in miner.makefile():
            request = json.loads(line)
            subscribes = request["method"] == "mining.subscribe"
            result = [["mining.set_difficulty", "mining.notify"], "00000001", 8] if subscribes else True
            miner.sendall((json.dumps({"id": request["id"], "result": result, "error": None}) + "\n").encode())
            if request["method"] == "mining.authorize":
                self.give(miner)
                self.miners.append(miner)
            self.shares += request["method"] == "mining.submit"

    @staticmethod
    def give(miner):
        job = {"id": None, "method": "mining.notify", "params": ["zion_ch_000001", 32 * "ab", "7fffffff", 1, False]}
        miner.sendall((json.dumps(job) + "\n").encode())

    def broadcast(self):
        for miner in self.miners:
            self.give(miner)


def a_generator_that_reads_late_counts_each_broadcast_once():
    pool = ScriptedPool()
    load_under_way = subprocess.Popen([NEBULA, "bench", "pool", "--connect", f"127.0.0.1:{pool.port}", "--connections", "6", "--rate", "20",
                                       "--seconds", "4", "--idle", "1.5", "--json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    wait_for("a share", lambda: pool.shares > 0, every=0.02)
    load_under_way.send_signal(signal.SIGSTOP)
    wait_for("a stopped generator", lambda: stopped(load_under_way.pid), every=0.02)
    for _ in range(3):
        pool.broadcast()
    load_under_way.send_signal(signal.SIGCONT)
    done = json.loads(load_under_way.communicate(timeout=60)[0])
    pool.listener.close()
    assert load_under_way.returncode == 0 and done["flawless"], done
    assert done["broadcasts"] == 3 and done["broadcasts_incomplete"] == done["broadcasts_overtaken"] == 0, done
    assert done["broadcast_each_ms"]["count"] == 18, done


def stopped(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "T"


def without_a_word_it_finds_the_pool_of_the_running_node_and_shows_on_a_terminal_what_it_does():
    with Pool() as pool:
        folder = pool.node.config.parent

        def at(*words):
            return [NEBULA, "bench", "pool", "-c", pool.node.config.name, "--connections", "5", "--rate", "20", "--seconds", "2", *words]

        def said(*words):
            return subprocess.run(at(*words), cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)

        screen, terminal = os.openpty()
        done = subprocess.run(at("--json"), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=terminal, timeout=300)
        os.close(terminal)
        shown = b""
        try:
            while part := os.read(screen, 65536):
                shown += part
        except OSError:  # the terminal's other end is closed and all is read
            pass
        os.close(screen)
        assert done.returncode == 0 and json.loads(done.stdout)["shares"]["valid"]["accepted"] > 0, (done, shown)
        assert b"load: 1 of 2 s" in shown and shown.endswith(b"\r\x1b[K"), shown
        for words, text in ((("--dialect", "xmrig"), 'pool "pool" has no port for randomx, but for cosmic-harmony'),
                            (("--pool", "other"), "name another one with --pool")):
            refused = said(*words)
            assert refused.returncode == UNAVAILABLE and text in refused.stderr, refused
        pool.node.kill()
        alone = said()
        assert alone.returncode == UNAVAILABLE and "--connect HOST:PORT" in alone.stderr, alone


def a_pool_that_stalls_pays_for_every_share_that_was_due():
    with Pool() as pool:
        pid = pool.node.process.pid

        def stall():
            pool.wait_for_load()
            os.kill(pid, signal.SIGSTOP)
            time.sleep(3)
            os.kill(pid, signal.SIGCONT)

        stalling = threading.Thread(target=stall)
        stalling.start()
        done = load(pool.port, "--connections", "40", "--rate", "200", "--seconds", "6", "--idle", "0")
        stalling.join()
        # Three of six seconds: a generator that waits for answers would have met the stall forty times, once a connection.
        assert done["latency_ms"]["max"] > 1500 and done["latency_ms"]["p90"] > 500, done["latency_ms"]
        assert done["lost"] == 0 and done["answered"] > 600, done


def a_pool_that_dies_is_seen():
    with Pool() as pool:
        dying = threading.Thread(target=lambda: (pool.wait_for_load(), pool.node.kill()))
        dying.start()
        done = load(pool.port, "--connections", "20", "--rate", "200", "--seconds", "6")
        dying.join()
        assert not done["flawless"] and sum(done["errors"].values()) >= 20, done
        assert "got work" in bench("bench", "pool", "--connect", f"127.0.0.1:{pool.port}", expect=UNAVAILABLE)


def mistakes_are_told_with_the_way_out():
    for words, text in (((), ""), (("--mix", "valid=50"), "add up to 100"), (("--mix", "good=100"), "valid=90"),
                        (("--connect", "nowhere"), "127.0.0.1:3333"), (("--rate", "many"), "must be a number from 0.01 to"),
                        (("--rates", "5"), "known are --connect"), (("--dialect", "morse"), "cosmic"), (("--rate",), "needs a value"),
                        (("--difficulty", "1", "--mix", "low=100"), "2 or more")):
        if words:
            said = bench("bench", "pool", *words, expect=USAGE)
            assert text in said and "nebula bench pool --help" in said, said
    assert "no plugin at hand computes" in bench("bench", "pool", "--algorithm", "nothing", expect=UNAVAILABLE)
    for words in (("bench", "pool"), ("simulate", "vardiff")):
        for flag in ("--help", "-h"):
            assert f"usage: nebula {' '.join(words)}" in bench(*words, flag)
    assert "nebula simulate vardiff" in bench("simulate", "--help")
    assert "bench pool" in bench("--help") and "simulate vardiff" in bench("--help")
    assert "usage: nebula bench ALGORITHM" in bench("bench", "--help"), "the program's own bench is hidden"


def commands_of_two_words_are_completed():
    if not shutil.which("bash"):
        print("   SKIPPED: bash is not installed here")
        return
    with Folder() as folder:
        (folder / "bash").write_text(bench("completion", "bash"))
        asked = ('. ./bash; nebula() { "$NEBULA" "$@"; }; ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); '
                 '_nebula; echo "${COMPREPLY[*]}"; }; ask nebula simu; ask nebula simulate va; ask nebula bench po; '
                 'ask nebula bench pool --sto; ask nebula simulate vardiff --mi')
        done = subprocess.run(["bash", "-c", asked], cwd=folder, env={"NEBULA": str(NEBULA), "PATH": "/usr/bin:/bin"},
                              capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["simulate", "vardiff", "pool", "--storm", "--miners"], done


def a_simulation_is_repeatable():
    words = ("simulate", "vardiff", "--miners", "20", "--hours", "1.5", "--rule", "filter", "--json")
    first = bench(*words, "--seed", "7")
    assert first == bench(*words, "--seed", "7") != bench(*words, "--seed", "8")
    document = json.loads(first)
    assert document["miners"] == 20 and document["seed"] == 7, document
    names = [one["scenario"] for one in document["results"]]
    assert len(set(names)) == len(names) >= 5, names
    for one in document["results"]:
        assert one["rule"] == "filter" and one["rms_log2_error"] > 0 and one["settle_p50_s"] <= one["settle_p90_s"], one
    assert "settles p50" in bench("simulate", "vardiff", "--miners", "5")
    assert "must be more than 1" in bench("simulate", "vardiff", "--hours", "1", expect=USAGE)


main(what_it_counts_is_what_the_pool_counts,
     without_a_word_it_finds_the_pool_of_the_running_node_and_shows_on_a_terminal_what_it_does, the_other_dialects_hand_in_what_they_say, a_pool_that_stalls_pays_for_every_share_that_was_due, a_pool_that_dies_is_seen,
     a_generator_that_reads_late_counts_each_broadcast_once, mistakes_are_told_with_the_way_out, commands_of_two_words_are_completed, a_simulation_is_repeatable)
