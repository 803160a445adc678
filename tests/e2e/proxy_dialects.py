#!/usr/bin/env python3
"""In front of a pool in the dialects of XMRig and of Ergo, and the built-in miner at a pool of every dialect: to shares that the pool
behind accepts."""
import contextlib
import sys

from harness import BUILD, Folder, Node, free_port, main, wait_for
from pool_dialects import ErgoMiner, Search, Xmrig, autolykos, stratum_ok, submit

POOL = """
node: {{name: pool-a, network: nebula-dev}}
plugins:
  - id: cosmic-harmony
  - id: randomx
  - id: yescrypt
  - {{id: autolykos2, config: {{development_tiny_table: true, table: "off", opencl: "off"}}}}
  - id: chain
    config:
      algorithms:
        - {{name: yescryptr16, start_difficulty: 1000000000}}
        - {{name: autolykos2, start_difficulty: 60}}
  - id: pool
    config:
      work: chain
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony, randomx, yescryptr16, autolykos2]}}]
"""

ALGORITHMS = """
node: {name: proxy-b}
plugins:
  - id: randomx
  - id: yescrypt
  - {id: autolykos2, config: {development_tiny_table: true, table: "off", opencl: "off"}}
"""

# One per dialect, named after it. The difficulty at the pool is fixed, in hashes; B counts 65,536 of them as one.
UPSTREAM_A = """
  - id: upstream
    as: a
    config: {{algorithm: randomx, pools: [{{url: "stratum+tcp://127.0.0.1:{port}", user: ZION_P.a, password: "d=2"}}]}}
"""
UPSTREAM_B = """
  - id: upstream
    as: b
    config: {{algorithm: yescryptr16, pools: [{{url: "stratum+tcp://127.0.0.1:{port}", user: ZION_P.b, password: "a=yescryptr16,d=0.0002"}}]}}
"""
UPSTREAM_C = """
  - id: upstream
    as: c
    config:
      algorithm: autolykos2
      pools: [{{url: "stratum+tcp://127.0.0.1:{port}", user: ZION_P.c, password: "a=autolykos2,d=8"}}]
      retry: {{first: 500ms, longest: 1s}}
"""

PROXY_A = """
  - id: pool
    as: proxy-a
    config: {{work: a, ports: [{{listen: "127.0.0.1:{own}", algorithms: [randomx], difficulty: 1000}}]}}
"""
PROXY_C = """
  - id: pool
    as: proxy-c
    config: {{work: c, ports: [{{listen: "127.0.0.1:{own}", algorithms: [autolykos2], difficulty: 1000}}]}}
"""

MINERS = """
  - {id: miner, as: miner-a, config: {work: a, threads: 1}}
  - {id: miner, as: miner-b, config: {work: b, threads: 1}}
  - {id: miner, as: miner-c, config: {work: c, threads: 1}}
"""


def view(node, dialect):
    return node.plugin(dialect)["view"]


def serving(node, *dialects):
    wait_for("work from the pool", lambda: all(view(node, dialect)["serving"] for dialect in dialects), 30)


def accepted(node, dialect, count):
    wait_for("the pool's answers", lambda: view(node, dialect)["shares"]["accepted"] >= count, 60)
    shares = view(node, dialect)["shares"]
    assert sum(shares[what] for what in ("low", "duplicate", "invalid", "lost")) == 0, shares


def miners_of_randomx_search_parts_of_one_connections_nonces():
    with Folder() as one, Folder() as two, Search() as search:
        port, own = free_port(), free_port()
        configuration = ALGORITHMS + (UPSTREAM_A + PROXY_A).format(port=port, own=own)
        with Node(one, POOL.format(port=port)) as pool, Node(two, configuration) as proxy:
            pool.start()
            proxy.start()
            serving(proxy, "a")
            with Xmrig(own, search) as miner, Xmrig(own, search) as other:
                for number, one_of in enumerate((miner, other)):
                    one_of.log_in(f"ZION_M.{number}")
                    assert "nicehash" in one_of.extensions, "byte 42 is not the miner's"
                assert miner.job["blob"][84:86] != other.job["blob"][84:86]
                shares = []
                for one_of in (miner, other):
                    shares.append(one_of.share())
                    assert submit(one_of, shares[-1])["result"] == {"status": "OK"}
                again = submit(miner, shares[0])
                assert again["error"]["message"] == "Duplicate share", again
                foreign = dict(shares[0], params=dict(shares[0]["params"], nonce=shares[1]["params"]["nonce"]))
                assert "not of the part" in submit(miner, foreign)["error"]["message"]
                accepted(proxy, "a", 2)
                assert view(proxy, "a")["connections"] == 1
            assert proxy.stop() == 0, proxy.log()
            assert pool.stop() == 0, pool.log()


class Follower(ErgoMiner):
    """One that takes a new extranonce while it is connected."""

    told = False

    def hear(self, message):
        if message.get("method") == "mining.set_extranonce":
            self.extranonce1, self.left = message["params"]
            self.told = True
            self.message = None  # what comes next is to be searched with it
        super().hear(message)

    def log_in(self, *words):
        super().log_in(*words)
        self.send({"id": 3, "method": "mining.extranonce.subscribe", "params": []})
        assert self.answer()["result"] is True


def caught_up(miner):
    """The miner, having heard all that was sent to it before now."""
    miner.send({"id": 5, "method": "mining.ping", "params": []})
    assert miner.answer()["id"] == 5
    return miner


def next_share(miner):
    return miner.share(getattr(miner, "tail", -1) + 1)


def miners_of_autolykos_search_behind_one_connections_extranonce():
    with Folder() as one, Folder() as two:
        port, own = free_port(), free_port()
        configuration = ALGORITHMS + (UPSTREAM_C + PROXY_C).format(port=port, own=own)
        with Node(one, POOL.format(port=port)) as pool, Node(two, configuration) as proxy, contextlib.ExitStack() as first:
            pool.start()
            # They have the first extranonces in the pool's first life. In the second, the proxy gets one of those, even when some
            # of its tries come before the pool has work.
            for number in range(16):
                first.enter_context(ErgoMiner(port)).log_in(f"ZION_P.{number}", "ErgoMiner/1")
            proxy.start()
            serving(proxy, "c")
            with Follower(own) as follower, ErgoMiner(own) as other:
                follower.log_in("ZION_M.follower", "ErgoMiner/1")
                other.log_in("ZION_M.other", "ErgoMiner/1")
                wait_for("one connection's work", lambda: caught_up(follower).message == caught_up(other).message, 20)
                assert follower.extranonce1 != other.extranonce1 and follower.left == other.left == 3
                # To blocks of the pool's chain. A new block leaves both what they had of the nonce.
                prefixes = follower.extranonce1, other.extranonce1
                height = lambda: pool.plugin("chain")["view"]["height"]
                while height() < 2:
                    for miner in (follower, other):
                        answer = submit(miner, next_share(miner))
                        assert stratum_ok(answer) or answer["error"][:2] == [21, "Stale share"], answer
                accepted(proxy, "c", 2)
                assert (follower.extranonce1, other.extranonce1) == prefixes and view(proxy, "c")["connections"] == 1
                # The pool's next life gives the connection another extranonce: who cannot be told so has to connect again.
                pool.kill()
                first.close()
                wait_for("the loss", lambda: not view(proxy, "c")["serving"], 30)
                before = view(proxy, "c")["shares"]["accepted"]
                pool.start()
                serving(proxy, "c")
                while not follower.told or follower.message is None:
                    follower.line()
                try:
                    while True:
                        other.line()
                except AssertionError as closed:
                    assert "closed the connection" in str(closed)
                answer = submit(follower, next_share(follower))
                assert stratum_ok(answer), answer
                wait_for("the share at the pool", lambda: view(proxy, "c")["shares"]["accepted"] > before, 30)
            assert proxy.stop() == 0, proxy.log()
            assert pool.stop() == 0, pool.log()


def the_built_in_miner_mines_in_every_dialect():
    with Folder() as one, Folder() as two:
        port = free_port()
        configuration = ALGORITHMS + (UPSTREAM_A + UPSTREAM_B + UPSTREAM_C).format(port=port) + MINERS
        with Node(one, POOL.format(port=port)) as pool, Node(two, configuration) as miner:
            pool.start()
            miner.start()
            serving(miner, "a", "b", "c")
            for dialect in ("a", "b", "c"):
                wait_for(f"shares in {dialect}", lambda: view(miner, dialect)["shares"]["accepted"] > 0, 120)
                shares = view(miner, dialect)["shares"]
                assert shares["invalid"] == shares["duplicate"] == shares["low"] == 0, shares
            assert miner.stop() == 0, miner.log()
            assert pool.stop() == 0, pool.log()


if __name__ == "__main__":
    if not (BUILD / "bin/share_search").exists():
        print("SKIPPED: share_search is not built; it needs the plugins yescrypt and randomx")
        sys.exit(77)
    main(miners_of_randomx_search_parts_of_one_connections_nonces,
         miners_of_autolykos_search_behind_one_connections_extranonce,
         the_built_in_miner_mines_in_every_dialect)
