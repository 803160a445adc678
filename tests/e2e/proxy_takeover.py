#!/usr/bin/env python3
"""A proxy is upgraded under the load of its miners: neither they nor the pool behind it see a connection closed, each share arrives
there once and is accepted, and miners keep the part of the nonces that is theirs."""
import sys

from harness import BUILD, Folder, Node, free_port, main, wait_for
from pool_dialects import CpuMiner, ErgoMiner, Search, Xmrig, submit
from pool_takeover import Load, more_files
from pool_takeover_again import Life
from proxy_bitcoin import saw
from proxy_dialects import ALGORITHMS, POOL as DIALECTS, PROXY_A, PROXY_C, UPSTREAM_A, UPSTREAM_B, UPSTREAM_C, accepted, serving, view
from proxy import work_from
import stratum

POOL = """
node: {{name: pool-a}}
plugins:
  - id: cosmic-harmony
  - id: chain
  - id: pool
    config:
      work: chain
      trusted: ["127.0.0.1"]
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony]}}]
"""

# Every share of a miner is one at the pool.
PROXY = """
node: {{name: proxy-b}}
plugins:
  - id: cosmic-harmony
  - id: upstream
    config:
      algorithm: cosmic-harmony
      connections_max: 64
      pools: [{{url: "stratum+tcp://127.0.0.1:{port}", user: "ZION_B.proxy+1"}}]
  - id: pool
    config:
      work: upstream
      trusted: ["127.0.0.1"]
      drain_time: 100ms
      ports: [{{listen: "127.0.0.1:{own}", algorithms: [cosmic-harmony], difficulty: 1}}]
"""
PROXY_B = """
  - id: pool
    as: proxy-b
    config: {{work: b, ports: [{{listen: "127.0.0.1:{third}", algorithms: [yescryptr16], difficulty: 1000}}]}}
"""
MINERS = 24
# No share of the other dialects is a block: blocks would make jobs stale at times of their own.
DIALECTS = DIALECTS.replace("start_difficulty: 60", "start_difficulty: 1000000000")


def a_share_of_each(load, accepted):
    """Whether all are accepted; those that are, are counted there and not in the load."""
    for one in load.miners.values():
        one.submit(load.search)
    load.settle()
    good = [one.answers.pop()["result"] is True for one in load.miners.values()]
    accepted.append(sum(good))
    return all(good)


def miners_of_a_proxy_mine_on_while_it_is_upgraded():
    more_files()
    with Folder() as one, Folder() as two, stratum.Search() as search:
        port, own = free_port(), free_port()
        with Node(one, POOL.format(port=port)) as pool:
            pool.start()
            with Life(Node(two, PROXY.format(port=port, own=own))) as life:
                work_from(life.node, port)
                load = Load(own, MINERS, search)
                first = []
                wait_for("work for everybody that stays", lambda: a_share_of_each(load, first), 60)
                for _ in range(3):
                    life.take_over(load)
                    for _ in range(20):
                        load.turn()
                    load.settle()
                    load.check()
                    saw(pool, sum(first) + load.sent)
                connections = pool.call("pool", "status")["connections"]
                assert connections["accepted"] == connections["open"] >= MINERS, connections
                wait_for("the new node to answer", life.node.responds, 20)
                assert view(life.node, "upstream")["shares"]["accepted"] > 0
                print(f"   {load.sent} shares")
                life.end()
            assert pool.stop() == 0, pool.log()


def miners_of_other_dialects_keep_their_nonces_and_their_jobs():
    with Folder() as one, Folder() as two, Search() as search:
        port, own, other, third = free_port(), free_port(), free_port(), free_port()
        text = ALGORITHMS + UPSTREAM_A.format(port=port) + UPSTREAM_B.format(port=port) + UPSTREAM_C.format(port=port)
        text += PROXY_A.format(own=own) + PROXY_C.format(own=other) + PROXY_B.format(third=third)
        with Node(one, DIALECTS.format(port=port)) as pool:
            pool.start()
            with Life(Node(two, text)) as life:
                serving(life.node, "a", "b", "c")
                with Xmrig(own, search) as a, CpuMiner(third, search) as b, ErgoMiner(other) as c, ErgoMiner(other) as d:
                    miners = (a, b, c, d)
                    for number, miner in enumerate(miners):
                        miner.log_in(f"ZION_M.{number}")
                    prefixes = c.extranonce1, d.extranonce1
                    used = [miner.share() for miner in miners]
                    for miner, share in zip(miners, used):
                        good(submit(miner, share))
                    ready = [next_share(miner) for miner in miners]
                    life.take_over()
                    # What was found before counts after, and what was handed in before is known still.
                    for miner, share, again in zip(miners, ready, used):
                        good(submit(miner, share))
                        assert "uplicate" in str(submit(miner, again)["error"])
                    for miner in miners:
                        good(submit(miner, next_share(miner)))
                    wait_for("the new node to answer", life.node.responds, 20)
                    for dialect, count in (("a", 2), ("b", 2), ("c", 4)):
                        accepted(life.node, dialect, count)
                        assert view(life.node, dialect)["connections"] == 1
                    assert (c.extranonce1, d.extranonce1) == prefixes
                life.end()
            assert pool.stop() == 0, pool.log()


def next_share(miner):
    if isinstance(miner, ErgoMiner):
        return miner.share(miner.tail + 1)
    if isinstance(miner, CpuMiner):
        return miner.share()  # each has an extranonce of its own
    miner.begin = getattr(miner, "begin", 0) + 100_000
    return miner.share(begin=miner.begin)


def good(answer):
    assert answer.get("error") is None and (answer["result"] is True or answer["result"]["status"] == "OK"), answer


if __name__ == "__main__":
    main(miners_of_a_proxy_mine_on_while_it_is_upgraded,
         *([miners_of_other_dialects_keep_their_nonces_and_their_jobs] if (BUILD / "bin/share_search").exists() else []))
