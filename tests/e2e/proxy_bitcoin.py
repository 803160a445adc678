#!/usr/bin/env python3
"""A thousand miners of the yescrypt family through one connection to a pool: each has work of its own, and a pool that dies, comes
back or is replaced by another costs them nothing but the work they had."""
import os
import resource
import sys
import time

from harness import BUILD, Folder, Node, free_port, main, wait_for
from pool_dialects import CpuMiner, Search, submit
from proxy import view, work_from

# No share is a block: blocks would make new work at times of their own.
POOL = """
node: {{name: pool-a, network: nebula-dev}}
plugins:
  - id: yescrypt
  - id: chain
    config: {{algorithms: [{{name: yescryptr16, start_difficulty: 1000000000}}]}}
  - id: pool
    config:
      work: chain
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [yescryptr16]}}]
"""

# The difficulty at the pools is fixed, at four hashes; miners have the same, for a share must not be harder than the pool's.
PROXY = """
node: {{name: proxy-b}}
plugins:
  - id: yescrypt
  - id: upstream
    config:
      algorithm: yescryptr16
      pools: [{pools}]
      retry: {{first: 500ms, longest: 1s, return_after: 1h}}
  - id: pool
    config:
      work: upstream
      trusted: [127.0.0.1]
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [yescryptr16], difficulty: 1000}}]
"""
MINERS = int(os.environ.get("NEBULA_PROXY_MINERS", "1000"))


def pool_at(folder, port):
    return Node(folder, POOL.format(port=port))


def proxy_of(folder, own, *ports):
    pool = '{{url: "stratum+tcp://127.0.0.1:{}", user: "ZION_P.proxy", password: "d={}"}}'
    return Node(folder, PROXY.format(port=own, pools=", ".join(pool.format(port, 4 / 65536) for port in ports)))


def saw(pool, accepted):
    """The pool took so many shares since it started, and nothing else was handed in to it."""
    shares = lambda: pool.call("pool", "status")["algorithms"][0]["shares"]
    wait_for("the pool's count", lambda: shares()["accepted"] >= accepted, 30)
    seen = shares()
    assert seen["accepted"] == accepted and sum(seen[what] for what in ("stale", "duplicate", "low", "invalid")) == 0, seen


def open_files_for(connections):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + 512
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def log_in(port, search, number):
    miner = CpuMiner(port, search)
    miner.log_in(f"ZION_M.{number}")
    return miner


def new_work(miners):
    """Reads until each has a job that says that all before are worthless."""
    for miner in miners:
        miner.job = None
        while miner.job is None or miner.job[8] is not True:
            miner.line()


def hand_in(proxy, miners):
    """A share of each; all are accepted by the proxy, and by the pool behind it."""
    before = view(proxy)["shares"]["accepted"]
    for miner in miners:
        answer = submit(miner, miner.share())
        assert answer["result"] is True and answer["error"] is None, answer
    wait_for("the pool's answers", lambda: view(proxy)["shares"]["accepted"] == before + len(miners), 30)


def each_has_work_of_its_own(miners):
    assert len({miner.extranonce1 for miner in miners}) == len(miners)
    assert all(miner.extranonce2_size >= 2 for miner in miners), "room to search"
    # The coinbases differ in it alone, and it has the same place in all of them.
    assert len({len(miner.job[2] + miner.extranonce1) for miner in miners}) == 1


def a_thousand_miners_share_a_connection_and_outlive_their_pool():
    open_files_for(MINERS)
    with Folder() as one, Folder() as two, Folder() as three, Search() as search:
        first, second, own = free_port(), free_port(), free_port()
        with pool_at(one, first) as a, pool_at(three, second) as c, proxy_of(two, own, first, second) as proxy:
            a.start()
            proxy.start()
            work_from(proxy, first)
            began = time.monotonic()
            miners = [log_in(own, search, number) for number in range(MINERS)]
            print(f"   {len(miners)} miners logged in after {time.monotonic() - began:.1f} s")
            each_has_work_of_its_own(miners)
            assert view(proxy)["connections"] == 1
            wait_for("the proxy's one connection", lambda: a.plugin("pool")["view"]["connections"] == 1, 30)
            some = miners[::max(1, len(miners) // 8)]
            hand_in(proxy, some)

            # The pool dies. What miners find meanwhile is of use to nobody, and no pool is to hear of it.
            old = [miner.share() for miner in some]
            a.kill()
            wait_for("the loss", lambda: not view(proxy)["serving"], 30)
            for miner in some:
                submit(miner, miner.share())
            a.start()
            work_from(proxy, first)
            new_work(miners)
            each_has_work_of_its_own(miners)
            for miner, share in zip(some, old):
                assert submit(miner, share)["error"][:2] == [21, "Stale share"]
            hand_in(proxy, some)
            saw(a, len(some))

            # Another pool takes over.
            c.start()
            a.kill()
            died = time.monotonic()
            work_from(proxy, second)
            new_work(miners)
            print(f"   the other pool took over, and every miner had its work after {time.monotonic() - died:.1f} s")
            each_has_work_of_its_own(miners)
            hand_in(proxy, some)

            after = view(proxy)["shares"]
            assert after["stale"] == after["invalid"] == after["duplicate"] == after["low"] == 0, after
            assert after["accepted"] == 3 * len(some) and after["lost"] == len(some), after
            saw(c, len(some))
            assert proxy.plugin("pool")["view"]["connections"] == len(miners), "nobody was closed"
            for miner in miners:
                miner.__exit__()
            assert proxy.stop() == 0, proxy.log()
            assert c.stop() == 0, c.log()


if __name__ == "__main__":
    if not (BUILD / "bin/share_search").exists():
        print("SKIPPED: share_search is not built; it needs the plugins yescrypt and randomx")
        sys.exit(77)
    main(a_thousand_miners_share_a_connection_and_outlive_their_pool)
