#!/usr/bin/env python3
"""The default node: its own first blocks, a clean end, and a second start that continues the chain."""
import shutil
import signal
import subprocess
import urllib.request

from harness import NEBULA, Folder, Node, free_port, http, main, wait_for


def default_config(port):
    text = subprocess.run([NEBULA, "config", "default"], capture_output=True, text=True, check=True).stdout
    assert "127.0.0.1:8080" in text or "gateway" in text
    return text


def node_in(folder, port):
    return Node(folder, default_config(port), arguments=["--set", f"plugins.gateway.config.listen=127.0.0.1:{port}"])


def height(node):
    return node.plugin("chain")["view"]["height"]


def the_default_node_mines_its_first_blocks_within_a_minute_and_continues_after_a_restart():
    port = free_port()
    with Folder() as folder, node_in(folder, port) as node:
        node.start()
        wait_for("the first blocks", lambda: height(node) >= 2, 60)
        assert http(f"http://127.0.0.1:{port}/livez")[0] == 200
        wait_for("readiness", lambda: http(f"http://127.0.0.1:{port}/readyz")[0] == 200)
        assert node.stop(signal.SIGINT) == 0, node.log()
        node.start()
        before = height(node)
        assert before >= 2, f"the chain did not continue: height {before}"
        wait_for("another block", lambda: height(node) > before, 60)
        assert node.stop() == 0, node.log()


def a_second_node_on_the_same_data_folder_says_who_holds_it():
    with Folder() as folder, node_in(folder, free_port()) as node:
        node.start()
        second = node.run_command("run", "-c", "node.yaml", check=False)
        assert second.returncode == 75, second
        assert str(node.process.pid) in second.stderr and "another node" in second.stderr, second.stderr
        assert node.stop() == 0


def a_taken_port_is_named_with_its_holder():
    import socket
    with Folder() as folder, socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with node_in(folder, holder.getsockname()[1]) as node:
            node.start(ready=False)
            assert node.process.wait(30) != 0
            assert f"127.0.0.1:{holder.getsockname()[1]}" in node.log() and "pid" in node.log(), node.log()


def http_documents_are_served_and_mistakes_answered_in_http():
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with Folder() as folder, node_in(folder, port) as node:
        node.start()
        status, metrics = http(base + "/metrics")
        assert status == 200 and "chain_height" in metrics
        if shutil.which("promtool"):
            judged = subprocess.run(["promtool", "check", "metrics"], input=metrics, capture_output=True, text=True)
            assert judged.returncode == 0, judged.stderr
        else:
            print("   SKIPPED promtool: not installed")
        request = urllib.request.Request(base + "/metrics", headers={"Accept": "application/openmetrics-text"})
        assert urllib.request.urlopen(request).read().decode().endswith("# EOF\n")
        assert http(base + "/api/v1/status")[0] == 200
        status, body = http(base + "/nothing")
        assert status == 404 and '"title":"Not Found"' in body, body
        request = urllib.request.Request(base + "/livez", headers={"Host": f"localhost:{port}"})
        assert urllib.request.urlopen(request).status == 200
        assert node.stop() == 0


main(the_default_node_mines_its_first_blocks_within_a_minute_and_continues_after_a_restart,
     a_second_node_on_the_same_data_folder_says_who_holds_it, a_taken_port_is_named_with_its_holder,
     http_documents_are_served_and_mistakes_answered_in_http)
