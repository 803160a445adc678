#!/usr/bin/env python3
"""A node that mines at another pool, and one that stands in front of it as a proxy: shares and blocks arrive, a pool that dies
and comes back or is replaced costs seconds and floods nobody."""
import json
import os
import socket
import time

from harness import Folder, Node, free_port, main, wait_for
from stratum import Miner, Search

POOL = """
node: {{name: pool-a}}
plugins:
  - id: cosmic-harmony
  - id: chain
  - id: pool
    config:
      work: chain
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony], difficulty: {difficulty}}}]
"""

UPSTREAM = """
node: {{name: proxy-b}}
plugins:
  - id: cosmic-harmony
  - id: upstream
    config:
      algorithm: cosmic-harmony
      pools: [{pools}]
      retry: {{first: 500ms, longest: 2s, return_after: 1s}}
"""

MINER = """
  - id: miner
    config: {work: upstream, threads: 1}
"""

PROXY = """
  - id: pool
    config:
      work: upstream
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony], difficulty: 100}}]
"""


def pool_at(folder, port, difficulty=20000):
    return Node(folder, POOL.format(port=port, difficulty=difficulty))


def upstream_of(*ports):
    return UPSTREAM.format(pools=", ".join(f'{{url: "stratum+tcp://127.0.0.1:{port}", user: "ZION_B.proxy"}}' for port in ports))


def view(node):
    return node.plugin("upstream")["view"]


def work_from(node, port, timeout=30):
    wait_for(f"work from port {port}", lambda: view(node)["pool"].endswith(f":{port}"), timeout)


def await_clean_job(miner):
    """One that makes those before it worthless; before it may come others, of a new difficulty or a later time."""
    miner.job = None
    while miner.job is None or miner.job[4] is not True:
        miner.read()


def the_built_in_miner_mines_at_a_pool_to_shares_and_blocks_of_its_chain():
    with Folder() as one, Folder() as two:
        port = free_port()
        with pool_at(one, port, 5_000_000) as pool, Node(two, upstream_of(port) + MINER) as miner:
            pool.start()
            miner.start()
            wait_for("accepted shares", lambda: view(miner)["shares"]["accepted"] > 0, 120)
            wait_for("a block on the pool's chain", lambda: pool.plugin("chain")["view"]["height"] > 0, 120)
            shares = view(miner)["shares"]
            assert shares["invalid"] == 0 and shares["duplicate"] == 0 and shares["block"] == 0, shares
            assert miner.stop() == 0, miner.log()
            assert pool.stop() == 0, pool.log()


def a_proxy_hands_on_shares_of_its_miners_survives_a_restart_and_falls_back():
    with Folder() as one, Folder() as two, Folder() as three, Search() as search:
        first, second, own = free_port(), free_port(), free_port()
        with pool_at(one, first, 1000) as a, pool_at(three, second, 1000) as c, \
                Node(two, upstream_of(first, second) + PROXY.format(port=own)) as proxy:
            a.start()
            c.start()
            proxy.start()
            work_from(proxy, first)
            with Miner(own) as miner, Miner(own) as other:
                miner.log_in("ZION_M.rig")
                other.log_in("ZION_M.other")
                assert miner.job[1] != other.job[1], "each miner has a connection, and with it work, of its own"

                def mine(before):
                    """Until the pool behind the proxy has taken more shares than before."""
                    nonce = 0
                    while view(proxy)["shares"]["accepted"] <= before:
                        job, data, target = miner.job[:3]
                        found, digest = search(data, int(target, 16), nonce)
                        nonce = int(found, 16) + 1
                        answer = miner.submit("ZION_M.rig", job, found, digest)
                        if miner.job[1] != data:
                            nonce = 0  # the same work at another difficulty goes on where it was
                        assert answer["result"] or answer["error"]["message"] == "Stale share", answer

                mine(0)
                # The pool dies: the other one takes over, and the miner gets its work.
                a.kill()
                died = time.monotonic()
                work_from(proxy, second)
                print(f"   the other pool took over after {time.monotonic() - died:.1f} s")
                await_clean_job(miner)
                mine(view(proxy)["shares"]["accepted"])
                # It is back, and well: work comes from it again, and none of the shares of before reaches it.
                a.start()
                work_from(proxy, first)
                await_clean_job(miner)
                mine(view(proxy)["shares"]["accepted"])
                shares = view(proxy)["shares"]
                assert shares["stale"] <= 1 and shares["invalid"] == 0 and shares["duplicate"] == 0, shares
            assert proxy.stop() == 0, proxy.log()
            for node in (a, c):
                assert node.stop() == 0, node.log()


class Login:
    """A miner of XMRig's dialect that has logged in, again where it was told that there was no work yet."""

    def __init__(self, port, name):
        def log_in():
            self.socket = socket.create_connection(("127.0.0.1", port), 60)
            words = {"login": name, "pass": "x", "agent": "XMRig/6.26.0", "algo": ["rx/0"]}
            self.socket.sendall((json.dumps({"id": 1, "jsonrpc": "2.0", "method": "login", "params": words}) + "\n").encode())
            answer = json.loads(self.socket.makefile().readline())
            if answer.get("error"):
                self.socket.close()
                assert "no work" in answer["error"]["message"], answer
                return None
            return answer["result"]

        self.result = wait_for(f"work for {name}", log_in, 30, 0.2)


def many_miners_share_few_connections():
    miners = int(os.environ.get("NEBULA_PROXY_MINERS", "300"))
    with Folder() as one, Folder() as two:
        port, own = free_port(), free_port()
        randomx = lambda text: text.replace("cosmic-harmony", "randomx")
        with Node(one, randomx(POOL.format(port=port, difficulty=1000))) as pool, \
                Node(two, randomx(upstream_of(port) + PROXY.format(port=own))) as proxy:
            pool.start()
            proxy.start()
            work_from(proxy, port)
            logins = [Login(own, f"ZION_M.{i}") for i in range(miners)]
            assert all("nicehash" in login.result["extensions"] for login in logins), "each leaves a byte of the nonce alone"
            blobs = {login.result["job"]["blob"] for login in logins}
            assert len(blobs) == miners, "each miner searches nonces of its own"
            connections = -(-miners // 256)
            wait_for(f"{connections} connections", lambda: view(proxy)["connections"] == connections)
            print(f"   {miners} miners through {connections} connections")
            for login in logins:
                login.socket.close()
            assert proxy.stop() == 0, proxy.log()
            assert pool.stop() == 0, pool.log()


if __name__ == "__main__":
    main(the_built_in_miner_mines_at_a_pool_to_shares_and_blocks_of_its_chain,
         a_proxy_hands_on_shares_of_its_miners_survives_a_restart_and_falls_back,
         many_miners_share_few_connections)
