#!/usr/bin/env python3
"""The same plugins in other hands: from one node.yaml one miner mines the node's own chain while a second one mines a real
monerod; each can be removed by an edit and `nebula ctl reload`, which does not stop the other."""
import shutil

from harness import Folder, Node, free_port, http, main, skip, wait_for
from monero_regtest import PASSWORD, WALLET, Daemon

if not shutil.which("monerod"):
    skip("monerod is not installed (Debian package monero)")

HEAD = """
node: {{name: two, data: ./data, network: nebula-dev}}
plugins:
  - id: cosmic-harmony
  - id: randomx
  - id: chain
  - id: monero
    required: false
    config: {{url: "http://127.0.0.1:{rpc}", wallet: "{wallet}", user: nebula, password: "{password}", poll: 250ms}}
  - id: gateway
    config: {{listen: "127.0.0.1:{port}"}}
"""
CHAIN_MINER = """
  - id: miner
    config: {work: chain, algorithm: cosmic-harmony, threads: 1}
"""
MONERO_MINER = """
  - id: miner
    as: monero-miner
    required: false
    config: {work: monero, algorithm: randomx, threads: 1}
"""


def one_node_mines_two_chains_and_each_miner_is_a_yaml_edit():
    port = free_port()
    with Folder() as folder, Daemon(folder) as daemon:
        head = HEAD.format(rpc=daemon.rpc, wallet=WALLET, password=PASSWORD, port=port)
        with Node(folder, head + CHAIN_MINER + MONERO_MINER) as node:
            node.start()
            height = lambda: node.plugin("chain")["view"]["height"]
            wait_for("blocks of both chains", lambda: height() >= 2 and daemon.height() >= 4, 120)

            node.config.write_text(head + MONERO_MINER)
            assert "removed miner" in node.ctl("reload").stdout
            own, theirs = height(), daemon.height()
            wait_for("Monero blocks without the other miner", lambda: daemon.height() >= theirs + 2, 120)
            assert height() == own, "the removed miner still mines"

            node.config.write_text(head + CHAIN_MINER)
            answer = node.ctl("reload").stdout
            assert "added miner" in answer and "removed monero-miner" in answer, answer
            wait_for("own blocks again", lambda: height() > own, 60)
            theirs = daemon.height()
            own = height()
            wait_for("more own blocks", lambda: height() >= own + 1, 60)
            assert daemon.height() == theirs, "the removed miner still mines Monero"

            node.config.write_text(head + CHAIN_MINER + MONERO_MINER)
            node.ctl("reload")
            daemon.kill()
            wait_for("the loss of the daemon to show", lambda: node.plugin("monero")["health"] != "ok", 60)
            assert http(f"http://127.0.0.1:{port}/readyz")[0] == 200, "an optional plugin made the node unready"
            own = height()
            wait_for("own blocks without the daemon", lambda: height() > own, 60)
            assert node.stop() == 0, node.log()


main(one_node_mines_two_chains_and_each_miner_is_a_yaml_edit)
