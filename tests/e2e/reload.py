#!/usr/bin/env python3
"""`nebula ctl reload`: a YAML edit adds and removes miners without touching what it does not name; a mistake changes nothing."""
from harness import Folder, Node, free_port, main, wait_for

BASE = """
node: {{name: reload, data: ./data, network: nebula-dev}}
plugins:
  - id: cosmic-harmony
  - id: chain
  - id: miner
    config: {{work: chain, algorithm: cosmic-harmony, threads: 1}}
{more}
  - id: gateway
    config: {{listen: "127.0.0.1:{port}"}}
"""
SECOND = """
  - id: miner
    as: second
    config: {work: chain, algorithm: cosmic-harmony, threads: 1}
"""


def a_second_miner_comes_and_goes_by_an_edit():
    port = free_port()
    with Folder() as folder, Node(folder, BASE.format(port=port, more="")) as node:
        node.start()
        wait_for("mining", lambda: node.plugin("chain")["view"]["height"] >= 1, 60)
        node.config.write_text(BASE.format(port=port, more=SECOND))
        answer = node.ctl("reload").stdout
        assert "added second" in answer, answer
        assert {p["instance"] for p in node.status()["plugins"]} >= {"miner", "second"}
        assert node.plugin("second")["state"] == "running"
        node.config.write_text(BASE.format(port=port, more=SECOND).replace("work: chain", "work: chian"))
        refused = node.ctl("reload", check=False)
        assert refused.returncode == 78 and "chian" in refused.stderr and "node.yaml:" in refused.stderr, refused
        assert node.plugin("second")["state"] == "running", "a refused reload changed the node"
        node.config.write_text(BASE.format(port=port, more=""))
        assert "removed second" in node.ctl("reload").stdout
        before = node.plugin("chain")["view"]["height"]
        wait_for("the first miner to mine on", lambda: node.plugin("chain")["view"]["height"] > before, 60)
        assert node.stop() == 0, node.log()


def log_levels_change_live():
    with Folder() as folder, Node(folder, BASE.format(port=free_port(), more="")) as node:
        node.start()
        assert "chain now logs at debug" in node.ctl("loglevel", "chain", "debug").stdout
        assert node.ctl("loglevel", "chian", "debug", check=False).returncode == 64
        assert node.ctl("loglevel", "loud", check=False).returncode == 64
        assert node.stop() == 0, node.log()


def pause_and_resume_reach_the_miner():
    with Folder() as folder, Node(folder, BASE.format(port=free_port(), more="")) as node:
        node.start()
        assert "text" in node.call("miner", "pause")
        assert "text" in node.call("miner", "resume")
        assert "text" in node.call("miner", "hashrate")
        assert node.ctl("stop").returncode == 0
        assert node.process.wait(30) == 0, node.log()


main(a_second_miner_comes_and_goes_by_an_edit, log_levels_change_live, pause_and_resume_reach_the_miner)
