#!/usr/bin/env python3
"""A pool on a real monerod is upgraded: what a miner found on a job of the old process is a share, and a block, of the new one, and
blocks that the old process found are followed by the new one. So it is when the new one fails, and the old one goes on.

Needs monerod 0.18 in PATH (Debian package monero)."""
import json
import re
import signal
import socket

from harness import BUILD, Folder, Node, free_port, http, main, skip, wait_for
from monero_regtest import FOUND, IN_CHAIN, PASSWORD, WALLET, Daemon, blocks_in, configuration
from pool_dialects import Search, Xmrig, submit
from pool_takeover import successor
from pool_takeover_again import Life

CONFIG = """
node: {{name: pool-monero}}
plugins:
  - id: randomx
  - id: monero
    config: {{url: "http://127.0.0.1:{daemon}", wallet: "{wallet}", user: nebula, password: "{password}", poll: 200ms, reserve_size: {reserve}}}
  - id: pool
    config:
      work: monero
      coin: monero
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [randomx], difficulty: 1}}]
      ledger: {{poll: 1s}}
  - id: gateway
    config: {{listen: "127.0.0.1:{web}"}}
"""
OTHER_GATEWAY = """
  - id: gateway
    as: other
    config: {{listen: "127.0.0.1:{port}"}}
"""
NEW_TIP = re.compile(r"template \d+ for height \d+ on ")  # what is said of a template that makes older ones worthless
DIFFICULTY = 10
OTHER_WALLET_BLOCKS = 11  # then ten stand on the first of them


def hits(share):
    """Whether it is a block."""
    return int.from_bytes(bytes.fromhex(share["params"]["result"]), "little") * DIFFICULTY < 1 << 256


def found(miner, block):
    """What the miner finds next that is a block, or that is none. Nothing is sent."""
    while True:
        share = miner.share(DIFFICULTY if block else None, getattr(miner, "begin", 0))
        nonce = int.from_bytes(bytes.fromhex(share["params"]["nonce"]), "little")
        miner.begin = nonce - int.from_bytes(bytes.fromhex(miner.job["blob"])[39:43], "little") + 1
        if hits(share) == block:
            return share


def good(answer):
    assert answer.get("result") == {"status": "OK"}, answer


def fails_to_take_over(node, more):
    """A new process that has taken all over and then cannot start: the old one goes on from what it gave."""
    config = node.config.read_text()
    with successor(node, config + more) as new:
        wait_for("the new node to fail", new.exited)
        assert new.process.returncode != 0, new.log()
    node.config.write_text(config)
    wait_for("the old node to go on", node.responds, 20)
    assert "this node goes on, for the new one failed" in node.log(), node.log()
    for log in (new.log(), node.log()):
        assert "goes on with template " in log, log


def what_is_found_on_old_jobs_counts_in_the_new_process():
    port, web = free_port(), free_port()

    def config(daemon, reserve=16):
        return CONFIG.format(daemon=daemon.rpc, wallet=WALLET, password=PASSWORD, port=port, web=web, reserve=reserve)

    def blocks():
        status, body = http(f"http://127.0.0.1:{web}/api/v1/pool/blocks")
        return json.loads(body)["blocks"] if status == 200 else []

    with Folder() as folder, Daemon(folder, short_epochs=False, difficulty=DIFFICULTY) as daemon, Search() as search:
        with Life(Node(folder, config(daemon))) as life, Xmrig(port, search) as miner:
            wait_for("work from the daemon", lambda: life.node.plugin("monero")["view"]["daemon"]["state"] == "serving")
            miner.log_in(WALLET)
            early, used, late, block = found(miner, False), found(miner, False), found(miner, False), found(miner, True)
            with socket.create_server(("127.0.0.1", 0)) as taken:
                fails_to_take_over(life.node, OTHER_GATEWAY.format(port=taken.getsockname()[1]))
            good(submit(miner, early))
            good(submit(miner, used))
            life.take_over()
            good(submit(miner, late))
            assert submit(miner, used)["error"]["message"] == "Duplicate share"
            height = daemon.height()
            assert not NEW_TIP.search(life.node.log()), life.node.log()
            good(submit(miner, block))
            wait_for("the block at the daemon", lambda: daemon.height() > height, 30)
            header = daemon.call("get_block_header_by_height", {"height": height})["block_header"]
            assert f"block {header['hash']} found at height {height}" in life.node.log(), life.node.log()
            wait_for("the block in the pool's books", lambda: [one["id"] for one in blocks()] == [header["hash"]])
            while miner.job["height"] <= height:
                miner.line()
            miner.begin = 0

            # Another process takes over, and learns of the block's end that the one before it does not live to see.
            late = found(miner, False)
            life.take_over()
            good(submit(miner, late))
            wait_for("the new node to answer", life.node.responds, 20)
            assert [one["id"] for one in blocks()] == [header["hash"]]
            daemon.post("/pop_blocks", {"nblocks": 1})
            for _ in range(OTHER_WALLET_BLOCKS):
                daemon.call("generateblocks", {"amount_of_blocks": 1, "wallet_address": WALLET})
            lost = f"block {header['hash']} at height {height} is orphaned"
            wait_for("the block's end in the log", lambda: lost in life.node.log(), 30)
            wait_for("the block's end in the books", lambda: [one["state"] for one in blocks()] == ["orphaned"], 30)
            assert life.node.log().count(lost) == 1

            # With another number of reserved bytes all begins anew, on the connection that is there.
            while miner.job["height"] < height + OTHER_WALLET_BLOCKS:
                miner.line()
            job = miner.job["job_id"]
            life.take_over(config=config(daemon, reserve=20))
            while miner.job["job_id"] == job:
                miner.line()
            miner.begin = 0
            good(submit(miner, found(miner, False)))
            assert "`reserve_size`" in life.node.log(), life.node.log()
            wait_for("the new node to answer", life.node.responds, 20)
            life.end()
            assert PASSWORD not in life.node.log(), "the password stands in the log"


def a_block_that_a_stalled_daemon_has_no_word_on_is_handed_in_by_the_new_process():
    with Folder() as folder, Daemon(folder, short_epochs=False, difficulty=DIFFICULTY) as daemon:
        config = configuration(free_port(), f"http://127.0.0.1:{daemon.rpc}")
        with Life(Node(folder, config)) as life:
            old = life.node
            wait_for("a block", lambda: daemon.height() > 1, 120)
            daemon.process.send_signal(signal.SIGSTOP)
            try:
                wait_for("a block without a word", lambda: blocks_in(old.log(), FOUND).keys() - blocks_in(old.log(), IN_CHAIN).keys())
                life.take_over()
            finally:
                daemon.process.send_signal(signal.SIGCONT)
            height, block = max(blocks_in(old.log(), FOUND).items())
            wait_for("the block in the chain", lambda: blocks_in(life.node.log(), IN_CHAIN).get(height) == block)
            assert height not in blocks_in(old.log(), IN_CHAIN), old.log()
            assert daemon.headers(height)[-1]["hash"] == block
            life.end()


def a_pool_that_cannot_give_goes_on_with_its_miners():
    """It waits in vain to hear what became of a block."""
    port = free_port()
    with Folder() as folder, Daemon(folder, short_epochs=False, difficulty=DIFFICULTY) as daemon, Search() as search:
        config = CONFIG.format(daemon=daemon.rpc, wallet=WALLET, password=PASSWORD, port=port, web=free_port(), reserve=16)
        with Node(folder, config) as node:
            node.start()
            wait_for("work from the daemon", lambda: node.plugin("monero")["view"]["daemon"]["state"] == "serving")
            with Xmrig(port, search) as miner:
                miner.log_in(WALLET)
                block, share, height = found(miner, True), found(miner, False), daemon.height()
                daemon.process.send_signal(signal.SIGSTOP)
                try:
                    good(submit(miner, block))
                    with successor(node) as new:
                        wait_for("the new node to be refused", new.exited)
                        assert "what became of a block" in new.log(), new.log()
                    wait_for("the old node to go on", node.responds, 20)
                    good(submit(miner, share))
                finally:
                    daemon.process.send_signal(signal.SIGCONT)
                wait_for("the block at the daemon", lambda: daemon.height() > height, 30)
            assert node.stop() == 0, node.log()


if not (BUILD / "bin/share_search").exists():
    skip("share_search is not built; it needs the plugins yescrypt and randomx")

main(what_is_found_on_old_jobs_counts_in_the_new_process,
     a_block_that_a_stalled_daemon_has_no_word_on_is_handed_in_by_the_new_process,
     a_pool_that_cannot_give_goes_on_with_its_miners)
