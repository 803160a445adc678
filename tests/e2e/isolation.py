#!/usr/bin/env python3
"""A backend in a process of its own dies inside a batch in every way: the node mines on within a second, nothing accepted is lost,
the runner comes back, and after its budget it is quarantined. The usual configuration, OpenCL beside the reference in process."""
import concurrent.futures
import json
import os
import pathlib
import signal
import time

from harness import BUILD, Folder, Node, free_port, http, main, skip, wait_for

LIBRARY = BUILD / "tests/isolation/libfaulty-backend.so"
if not LIBRARY.exists():
    skip("the faulty backend is not built (it needs the plugin cosmic-harmony)")

CONFIG = """
node: {{name: isolation, data: ./data, network: nebula-dev}}
plugins:
  - id: cosmic-harmony
  - id: faulty-backend
    path: {library}
    isolation: process
    config: {{deed: {deed}}}
  - id: chain
  - id: miner
    config: {{work: chain, algorithm: cosmic-harmony, threads: 1}}
  - id: gateway
    config: {{listen: "127.0.0.1:{port}"}}
algorithms:
  cosmic-harmony: {{select: "kind=faulty", fallback: ["kind=reference"]}}
"""
FAULTY = "cosmic-harmony/faulty"
DEEDS = ["kill", "segv", "stop", "loop", "abort"]


def explained(node):
    return json.loads(node.run_command("explain", "cosmic-harmony", "--json", "-c", "node.yaml").stdout)


def serving(node):
    return explained(node)["slots"][0]["backend"]


def runner(node, instance="faulty-backend"):
    return node.plugin(instance)["view"]["runner"]


def children(pid):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.append((int(entry.name), fields[0]))
    return found


def seconds_of(line):
    """Of a line of the log."""
    clock = line["time"].split("T")[1].rstrip("Z").split(":")
    return int(clock[0]) * 3600 + int(clock[1]) * 60 + float(clock[2])


def time_to_fallback(node, before):
    """From the deed, `before` by the wall clock, to the log's line that another backend computes."""
    for line in node.log_events():
        if "computed by cosmic-harmony/reference" in line.get("text", "") and seconds_of(line) >= before:
            return seconds_of(line) - before
    return None


def wall():
    now = time.time()
    return now % 86400


def hashes(port):
    text = http(f"http://127.0.0.1:{port}/metrics")[1]
    return sum(float(line.split()[1]) for line in text.splitlines() if line.startswith("miner_hashes_total{"))


def longest_pause(port, seconds):
    """Between two increases of the miner's count, looked at for so long."""
    begin = last = time.monotonic()
    count, longest = hashes(port), 0
    while time.monotonic() < begin + seconds:
        now_count, now = hashes(port), time.monotonic()
        if now_count > count:
            longest, last, count = max(longest, now - last), now, now_count
        time.sleep(0.02)
    return max(longest, time.monotonic() - last)


def mines(port):
    count = hashes(port)
    wait_for("the miner to hash", lambda: hashes(port) > count, 30)


def every_death_costs_a_batch_and_the_last_one_the_backend():
    with Folder() as folder:
        deed = folder / "deed"
        port = free_port()
        with Node(folder, CONFIG.format(library=LIBRARY, deed=deed, port=port)) as node, \
                concurrent.futures.ThreadPoolExecutor() as pool:
            node.start()
            for number, word in enumerate(DEEDS):
                wait_for("the isolated backend to serve", lambda: serving(node) == FAULTY, 60)
                wait_for("the restarts to be counted", lambda: runner(node)["restarts"] == number, 30)
                time.sleep(0.3)
                height = node.plugin("chain")["view"]["height"]
                fresh = folder / "deed.new"
                fresh.write_text(word)
                pause = pool.submit(longest_pause, port, 3)
                time.sleep(0.5)
                before = wall()
                fresh.rename(deed)
                took = wait_for("the fallback to compute", lambda: time_to_fallback(node, before), 30, 0.02)
                print(f"    {word}: the fallback computes after {took * 1000:.0f} ms")
                print(f"    {word}: no hash for {pause.result() * 1000:.0f} ms at most")
                assert node.plugin("chain")["view"]["height"] >= height
            wait_for("the isolated backend to serve", lambda: serving(node) == FAULTY, 60)
            os.kill(runner(node)["pid"], signal.SIGKILL)
            wait_for("the quarantine", lambda: runner(node)["quarantined"], 30)
            assert serving(node) == "cosmic-harmony/reference"
            removed = next(c for c in explained(node)["steps"][0]["candidates"] if c["name"] == FAULTY)
            print("   ", removed["removed_by"])
            assert "quarantined" in removed["removed_by"], removed
            wait_for("degraded health", lambda: node.plugin("faulty-backend")["health"] == "degraded")
            assert "quarantined" in http(f"http://127.0.0.1:{port}/healthz")[1]
            height = node.plugin("chain")["view"]["height"]
            wait_for("a block by the fallback", lambda: node.plugin("chain")["view"]["height"] > height, 120)
            results = node.call("miner", "results")["results"]
            assert results["rejected"] == 0, results
            assert children(node.process.pid) == [], "a dead runner was left behind"
            node.ctl("restart", "faulty-backend")
            wait_for("the restarted instance to serve", lambda: serving(node) == FAULTY, 60)
            pid = runner(node)["pid"]
            assert node.stop() == 0, node.log()
            assert not pathlib.Path(f"/proc/{pid}").exists(), "the runner outlived its node"


def a_first_batch_that_hangs_keeps_nobody_from_mining():
    with Folder() as folder:
        deed = folder / "deed"
        deed.write_text("loop")
        port = free_port()
        with Node(folder, CONFIG.format(library=LIBRARY, deed=deed, port=port)) as node:
            node.start()
            mines(port)
            assert serving(node) == "cosmic-harmony/reference"
            faulty = explained(node)["steps"][0]["candidates"][0]
            assert faulty["name"] == FAULTY and faulty["checking"], faulty
            assert runner(node)["restarts"] == 0, "it may still be at work, for all the node knows"
            assert node.stop() == 0, node.log()


def a_crash_in_the_gate_is_told_and_the_node_mines_on():
    with Folder() as folder:
        deed = folder / "deed"
        deed.write_text("segv always")
        port = free_port()
        with Node(folder, CONFIG.format(library=LIBRARY, deed=deed, port=port)) as node:
            node.start()
            mines(port)
            wait_for("the quarantine", lambda: runner(node)["quarantined"], 60)
            assert "was lost in its gate: its runner died: it was ended by signal 11" in node.log()
            faulty = explained(node)["steps"][0]["candidates"][0]
            print("   ", faulty["removed_by"])
            assert faulty["name"] == FAULTY and "signal 11" in faulty["removed_by"], faulty
            mines(port)
            deed.unlink()
            node.ctl("restart", "faulty-backend")
            wait_for("the restarted instance to serve", lambda: serving(node) == FAULTY, 60)
            assert node.stop() == 0, node.log()


def a_lie_is_quarantined_and_another_process_makes_it_no_better():
    with Folder() as folder:
        deed = folder / "deed"
        with Node(folder, CONFIG.format(library=LIBRARY, deed=deed, port=free_port())) as node:
            node.start()
            wait_for("the isolated backend to serve", lambda: serving(node) == FAULTY, 60)
            deed.write_text("lie always")
            wait_for("the fallback to serve", lambda: serving(node) == "cosmic-harmony/reference", 60)
            deed.unlink()
            os.kill(runner(node)["pid"], signal.SIGKILL)
            wait_for("the runner to be back", lambda: runner(node)["restarts"] == 1 and runner(node)["pid"], 30)
            faulty = explained(node)["steps"][0]["candidates"][0]
            assert "quarantined: gave a digest that the reference does not" in faulty["removed_by"], faulty
            assert serving(node) == "cosmic-harmony/reference"
            assert node.stop() == 0, node.log()


def sensors_are_what_the_isolated_device_tells():
    with Folder() as folder:
        port = free_port()
        with Node(folder, CONFIG.format(library=LIBRARY, deed=folder / "deed", port=port)) as node:
            node.start()
            wait_for("the isolated backend to serve", lambda: serving(node) == FAULTY, 60)
            faulty = explained(node)["steps"][0]["candidates"][0]
            assert faulty["telemetry"] == {"temperature_celsius": 61.5}, faulty

            def series():
                text = http(f"http://127.0.0.1:{port}/metrics")[1]
                return [line for line in text.splitlines() if line.startswith("nebula_pow_device_") and FAULTY in line]

            shown = wait_for("the sensor's series", series, 30)
            print("   ", shown)
            assert len(shown) == 1 and "temperature_celsius" in shown[0] and shown[0].split()[1] == "61.5", shown
            assert node.stop() == 0, node.log()


def a_killed_node_takes_its_runner_with_it():
    with Folder() as folder, Node(folder, CONFIG.format(library=LIBRARY, deed=folder / "deed", port=free_port())) as node:
        node.start()
        pid = runner(node)["pid"]
        assert [child for child, _ in children(node.process.pid)] == [pid]
        os.kill(pid, 0)
        node.kill()
        wait_for("the runner's end", lambda: not pathlib.Path(f"/proc/{pid}").exists())


def opencl_mines_in_a_process_of_its_own_beside_the_reference():
    config = """
node: {name: isolation, data: ./data, network: nebula-dev}
plugins:
  - id: cosmic-harmony
  - id: cosmic-harmony
    as: ch-gpu
    isolation: process
    config: {opencl: all}
  - id: chain
  - id: miner
    config: {work: chain, algorithm: cosmic-harmony, threads: 1}
algorithms:
  cosmic-harmony: {select: "instance=ch-gpu, ?kind=opencl"}
"""
    with Folder() as folder, Node(folder, config) as node:
        node.start()
        wait_for("the isolated instance to serve", lambda: str(serving(node)).endswith("@ch-gpu"), 60)
        print("   ", serving(node), node.plugin("ch-gpu")["summary"])
        wait_for("a block", lambda: node.plugin("chain")["view"]["height"] >= 1, 60)
        node.config.write_text(config.replace("""  - id: cosmic-harmony
    as: ch-gpu
    isolation: process
    config: {opencl: all}
""", "").replace("instance=ch-gpu, ?kind=opencl", "kind=reference"))
        node.ctl("reload")
        wait_for("the reference to serve", lambda: serving(node) == "cosmic-harmony/reference", 30)
        assert children(node.process.pid) == [], "the removed instance left its runner behind"
        assert node.stop() == 0, node.log()


def a_family_makes_its_members_in_a_process_of_its_own():
    if not (BUILD / "lib/nebula/plugins/libyescrypt.so").exists():
        print("    SKIPPED: the plugin yescrypt is not built")
        return
    isolated = "plugins:\n  - id: yescrypt\n    isolation: process\n"
    with Folder() as folder:
        node = Node(folder, isolated)

        def hashed(*more):
            words = ["hash", "yescrypt:r=8,N=1024,pers=Client Key", "--input", "07" * 80, "--json", "-c", "node.yaml"]
            return json.loads(node.run_command(*words, *more).stdout)

        by_reference, by_backend = hashed(), hashed("--select", "isolation=process")
        print("   ", by_backend)
        node.config.write_text("plugins:\n  - id: yescrypt\n")
        here = hashed()
        assert by_reference["digest"] == by_backend["digest"] == here["digest"], (by_reference, by_backend, here)
        assert node.run_command("hash", "yescrypt", "--input", "00" * 80, "--select", "isolation=process", "-c", "node.yaml",
                                check=False).returncode != 0, "nothing is isolated here"


def what_cannot_be_isolated_is_refused_with_its_place():
    with Folder() as folder, Node(folder, "plugins:\n  - id: chain\n    isolation: process\n") as node:
        done = node.run_command("check", "-c", "node.yaml", check=False)
        assert done.returncode == 78, done
        assert "node.yaml:3:16: plugins[0].isolation" in done.stderr + done.stdout, done


main(every_death_costs_a_batch_and_the_last_one_the_backend, a_first_batch_that_hangs_keeps_nobody_from_mining,
     a_crash_in_the_gate_is_told_and_the_node_mines_on, a_lie_is_quarantined_and_another_process_makes_it_no_better,
     sensors_are_what_the_isolated_device_tells, a_killed_node_takes_its_runner_with_it,
     opencl_mines_in_a_process_of_its_own_beside_the_reference,
     a_family_makes_its_members_in_a_process_of_its_own, what_cannot_be_isolated_is_refused_with_its_place)
