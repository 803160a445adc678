#!/usr/bin/env python3
"""The pool on our own chain, with miners that speak the dialects to the letter over real sockets."""
import socket

from harness import Folder, Node, free_port, http, main, wait_for
from stratum import Miner, Search

CONFIG = """
node: {{name: pool-test}}
plugins:
  - id: cosmic-harmony
  - id: chain
  - id: pool
    config:
      work: chain
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony], difficulty: 1000}}]
  - id: gateway
    config: {{listen: "127.0.0.1:{http}"}}
"""


def node_with_pool(folder):
    port, web = free_port(), free_port()
    return Node(folder, CONFIG.format(port=port, http=web)), port, web


def accepted(answer):
    return answer["result"] is True and answer["error"] is None


def refused(answer, text):
    return answer["result"] is False and answer["error"] == {"code": -1, "message": text}


def a_recorded_session_is_answered_word_by_word_and_a_block_of_a_miner_is_the_chains():
    with Folder() as folder, Search() as search:
        node, port, web = node_with_pool(folder)
        with node:
            node.start()
            with Miner(port) as miner:
                assert miner.submit("ZION_A.rig", "zion_ch_000001", "00000000", "0" * 64)["error"]["message"] == "Not authorized"
                miner.log_in("ZION_A.rig")
                job, data, target, height, clean = miner.job
                assert miner.difficulty == 1000 and int(target, 16) == 0xFFFFFFFF // 1000 and clean is True and height == 1
                nonce, digest = search(data, int(target, 16))
                assert accepted(miner.submit("ZION_A.rig", job, nonce, digest))
                assert refused(miner.submit("ZION_A.rig", job, nonce, digest), "Duplicate share")
                assert refused(miner.submit("ZION_A.rig", job, nonce.upper(), digest.upper()), "Duplicate share")
                assert refused(miner.submit("ZION_A.rig", "zion_ch_999999", nonce, digest), "Stale share")
                assert refused(miner.submit("ZION_A.rig", job, nonce, "f" * 64), "Low difficulty share")
                nonce, digest = search(data, int(target, 16), int(nonce, 16) + 1)
                forged = digest[:-1] + ("0" if digest[-1] != "0" else "1")
                assert refused(miner.submit("ZION_A.rig", job, nonce, forged), "Invalid share")

                # The network's difficulty: 20 million hashes. The block makes the old job worthless, and a new one comes.
                nonce, digest = search(data, 0xFFFFFFFF // 20_000_000 - 1)
                assert accepted(miner.submit("ZION_A.rig", job, nonce, digest))
                wait_for("the block on the chain", lambda: node.plugin("chain")["view"]["height"] == 1)
                while miner.job[3] != 2:
                    miner.read()
                assert miner.job[4] is True
                nonce, digest = search(data, int(target, 16), 1 << 31)
                assert refused(miner.submit("ZION_A.rig", job, nonce, digest), "Stale share")
            labels = 'instance="pool",algorithm="cosmic-harmony"'
            for line in (f'zion_pool_shares_total{{{labels},status="accepted"}} 2', f'zion_pool_shares_total{{{labels},status="invalid"}} 1',
                         f"zion_pool_blocks_found_total{{{labels}}} 1"):
                wait_for(line, lambda: line in http(f"http://127.0.0.1:{web}/metrics")[1].splitlines())
            wait_for("the block in the pool's status", lambda: node.plugin("pool")["view"]["blocks"] == 1)
            assert node.stop() == 0, node.log()


def whoever_speaks_no_stratum_is_told_and_shown_out():
    with Folder() as folder:
        node, port, _ = node_with_pool(folder)
        with node:
            node.start()
            for words in (b"HELLO\r\nHost: x\r\n\r\n" * 5, b'{"id":1,"method":"eth_submitLogin"}\n', b"\x00" * 9000,
                          b'{"id":1,"method":"login","params":{"login":"W"}}\n'):
                with socket.create_connection(("127.0.0.1", port), 60) as one:
                    one.sendall(words)
                    heard = b""
                    while part := one.recv(65536):
                        heard += part
                    assert b'"error"' in heard, heard
            with Miner(port) as miner:
                miner.log_in("ZION_A")
            assert node.stop() == 0, node.log()


def many_miners_get_work_of_their_own():
    with Folder() as folder:
        node, port, _ = node_with_pool(folder)
        with node:
            node.start()
            miners = [Miner(port) for _ in range(200)]
            for i, miner in enumerate(miners):
                miner.log_in(f"ZION_A.{i}")
            assert len({miner.job[1] for miner in miners}) == 200
            wait_for("200 workers", lambda: node.plugin("pool")["view"]["workers"] == 200)
            for miner in miners:
                miner.__exit__()
            wait_for("no worker", lambda: node.plugin("pool")["view"]["workers"] == 0)
            assert node.stop() == 0, node.log()


def a_mistyped_algorithm_of_a_port_ends_the_start_with_what_there_is():
    with Folder() as folder:
        node, _, _ = node_with_pool(folder)
        text = node.config.read_text()
        assert text.count("algorithms: [cosmic-harmony]") == 1, text
        node.config.write_text(text.replace("algorithms: [cosmic-harmony]", "algorithms: [cosmic-hamony]"))
        done = node.run_command("run", "-c", "node.yaml", check=False, timeout=60)
        assert done.returncode == 69, done
        for words in ("ports[0].algorithms", "'cosmic-hamony'", "'chain' gives work for cosmic-harmony"):
            assert words in done.stderr, (words, done.stderr)


def an_address_that_the_coin_does_not_know_ends_the_start():
    with Folder() as folder:
        node, _, _ = node_with_pool(folder)
        text = node.config.read_text()
        assert text.count("work: chain\n") == 1, text
        for name, more in (("reward.fee_address", 'reward: {fee_percent: 1, fee_address: "ZION_OOPS"}'),
                           ("payout.thresholds", 'payout: {thresholds: [{address: "ZION_OOPS", threshold: 2}]}')):
            node.config.write_text(text.replace("work: chain\n", f"work: chain\n      coin: chain\n      {more}\n"))
            done = node.run_command("run", "-c", "node.yaml", check=False, timeout=60)
            assert done.returncode == 69, done
            for words in (name, "ZION_OOPS", "the coin 'chain' does not take"):
                assert words in done.stderr, (words, done.stderr)


main(a_recorded_session_is_answered_word_by_word_and_a_block_of_a_miner_is_the_chains,
     whoever_speaks_no_stratum_is_told_and_shown_out,
     many_miners_get_work_of_their_own,
     a_mistyped_algorithm_of_a_port_ends_the_start_with_what_there_is,
     an_address_that_the_coin_does_not_know_ends_the_start)
