"""What the end-to-end tests share: a node as an operator starts it, in a folder of its own. Python's standard library only."""
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

BUILD = pathlib.Path(os.environ.get("NEBULA_BUILD", pathlib.Path(__file__).resolve().parents[2] / "build/test")).resolve()
NEBULA = BUILD / "bin" / "nebula"
SOURCE = pathlib.Path(__file__).resolve().parents[2]
SKIP = 77  # what CTest takes as "skipped"


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(SKIP)


_ports_given = set()


def free_port():
    """Of those that the system does not give to outgoing connections: what is free now is free when the node asks for it, and again
    when it restarts, however many connections are made meanwhile."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as limits:
        end = int(limits.read().split()[0])
    for port in random.sample(range(min(10_000, end // 2), end), 1000):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in _ports_given:
                _ports_given.add(port)
                return port
    raise AssertionError(f"no port below {end} is free")


def fast_clock(factor):
    """An environment in which a node's calendar runs `factor` times as fast, also over restarts: blocks come as they would."""
    found = sorted(BUILD.glob("tests/*/libnebula_fast_clock.so"))
    if not found:
        skip("the fast clock is not built: ninja nebula_fast_clock")
    return {"LD_PRELOAD": str(found[0]), "NEBULA_CLOCK_EPOCH": str(int(time.time())), "NEBULA_CLOCK_FACTOR": str(factor)}


def wait_for(what, condition, timeout=60.0, every=0.1):
    """The first true value of condition(); fails with `what` after the timeout."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout:.0f} s in vain for: {what}")
        time.sleep(every)


class Folder:
    """A temporary folder that stays when the test fails, for a look at it."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="nebula-e2e-"))
        return self.path

    def __exit__(self, kind, value, trace):
        if kind is None or kind is SystemExit:
            shutil.rmtree(self.path, ignore_errors=True)
        else:
            print(f"kept for a look: {self.path}", file=sys.stderr)


class Node:
    """`nebula run` on a configuration text, in `folder`."""

    def __init__(self, folder, config, environment=None, arguments=(), prefix=()):
        """`prefix`: words before the program, such as ("prlimit", "--nofile=256")."""
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "node.yaml"
        self.config.write_text(config)
        self.environment = {**os.environ, **(environment or {})}
        self.arguments = list(arguments)
        self.prefix = list(prefix)
        self.process = None
        self.starts = 0

    def start(self, ready=True, timeout=60.0):
        self.starts += 1
        self.log_path = self.folder / f"log-{self.starts}.txt"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([*self.prefix, NEBULA, "run", "-c", "node.yaml", *self.arguments], cwd=self.folder,
                                            env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if ready:
            wait_for("the node's control socket", lambda: self.exited() or self.responds(), timeout)
            if self.exited():
                raise AssertionError(f"the node ended with {self.process.returncode}:\n{self.log()}")
        return self

    def exited(self):
        return self.process.poll() is not None

    def responds(self):
        return self.ctl("status", check=False).returncode == 0

    def log(self):
        return self.log_path.read_text(errors="replace")

    def log_events(self):
        events = []
        for line in self.log().splitlines():
            with contextlib.suppress(ValueError):
                events.append(json.loads(line))
        return events

    def run_command(self, *words, check=True, timeout=120):
        done = subprocess.run([NEBULA, *words], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout)
        if check and done.returncode != 0:
            raise AssertionError(f"nebula {' '.join(map(str, words))} ended with {done.returncode}:\n{done.stderr}{done.stdout}")
        return done

    def ctl(self, *words, check=True):
        return self.run_command("ctl", *words, "-c", "node.yaml", check=check)

    def status(self):
        return json.loads(self.ctl("status", "--json").stdout)

    def plugin(self, instance):
        return next(p for p in self.status()["plugins"] if p["instance"] == instance)

    def call(self, instance, method, params="{}"):
        return json.loads(self.ctl("call", instance, method, params, "--json").stdout)

    def stop(self, how=signal.SIGTERM, timeout=60):
        """Stops it as an operator does; the exit status."""
        self.process.send_signal(how)
        return self.process.wait(timeout)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and not self.exited():
            self.kill()


def http(url, timeout=60):
    """(status, body) of a GET."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def main(*tests):
    """Runs the tests in order; a failed assertion fails the program with its name."""
    chosen = sys.argv[1:]
    ran = 0
    for test in tests:
        if chosen and test.__name__ not in chosen:
            continue
        print(f"-- {test.__name__}", flush=True)
        begin = time.monotonic()
        test()
        ran += 1
        print(f"   ok, {time.monotonic() - begin:.1f} s", flush=True)
    print(f"{ran} passed, 0 failed")
