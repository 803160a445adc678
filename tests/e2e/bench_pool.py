#!/usr/bin/env python3
"""The load generator and the simulator: what they count is what the pool counts, and a pool that stalls pays for it."""
import json
import os
import re
import shutil
import signal
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
  - id: yescrypt
  - id: autolykos2
  - id: chain
    config:
      template_refresh: 2s
      algorithms: [{{name: yescryptr8, start_difficulty: 1000000}}, {{name: autolykos2, start_difficulty: 1000000}}]
  - id: pool
    config:
      work: chain
      ports:
        - {{listen: "127.0.0.1:{bitcoin}", algorithms: [yescryptr8]}}
        - {{listen: "127.0.0.1:{ergo}", algorithms: [autolykos2]}}
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
    with Folder() as folder:
        ports = {"bitcoin": free_port(), "ergo": free_port()}
        with Node(folder, DIALECTS.format(**ports)).start() as node:
            for dialect, port in ports.items():
                done = load(port, "--dialect", dialect, "--connections", "20", "--rate", "40", "--seconds", "3",
                            "--mix", "valid=60,stale=10,duplicate=10,invalid=10,low=10", "--resume", "4", "--idle", "0")
                no_fault(done)
                for kind in KINDS:
                    shares = done["shares"][kind]
                    assert shares["sent"] > 0 and shares["accepted" if kind == "valid" else kind] == shares["sent"], (dialect, kind, shares)
                assert done["resumed_same_extranonce"] == done["resume_ms"]["count"] > 0, done
            assert node.stop() == 0, node.log()


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
     mistakes_are_told_with_the_way_out, commands_of_two_words_are_completed, a_simulation_is_repeatable)
