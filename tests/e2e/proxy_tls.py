#!/usr/bin/env python3
"""At a pool that is reached through TLS: its self-made certificate is taken when its fingerprint is pinned, and by nothing less."""
import re

from harness import Folder, Node, free_port, main, wait_for
from proxy import pool_at, view

AT_POOLS = """
node: {{name: miner-b}}
plugins:
  - id: cosmic-harmony
  - id: upstream
    config:
      algorithm: cosmic-harmony
      pools:
{pools}
      retry: {{first: 500ms, longest: 1s}}
  - id: miner
    config: {{work: upstream, threads: 1}}
"""


def node_at(folder, *pools):
    lines = (f'        - {{url: "{url}", user: ZION_B.rig' + (f', fingerprint: "{pin}"' if pin else "") + "}" for url, pin in pools)
    return Node(folder, AT_POOLS.format(pools="\n".join(lines)))


def shares_at(node, url):
    wait_for(f"an accepted share at {url}", lambda: view(node)["pool"] == url and view(node)["shares"]["accepted"] > 0, 60)


def a_pinned_certificate_is_trusted_and_another_is_not():
    with Folder() as one, Folder() as two, Folder() as three:
        port = free_port()
        encrypted, plain = f"stratum+ssl://127.0.0.1:{port}", f"stratum+tcp://127.0.0.1:{port}"
        with pool_at(one, port, 1000) as pool:
            pool.start()
            pin = re.search(r"fingerprint is ([0-9a-f]{64})", pool.log()).group(1)
            with node_at(two, (encrypted, pin)) as node:
                node.start()
                shares_at(node, encrypted)
                assert node.stop() == 0, node.log()
            # Another pin, and none: neither gets a word of the login, and the next pool of the list does the work.
            wrong = pin[:-1] + ("0" if pin[-1] != "0" else "1")
            with node_at(three, (encrypted, wrong), (encrypted, None), (plain, None)) as node:
                node.start()
                shares_at(node, plain)
                said = [line for line in node.log().splitlines() if "certificate" in line]
                assert any(f"has the fingerprint {pin}, not the one that `fingerprint` pins" in line for line in said), said
                assert any("not trusted" in line and "fingerprint" in line for line in said), said
                assert node.stop() == 0, node.log()
            assert pool.stop() == 0, pool.log()


main(a_pinned_certificate_is_trusted_and_another_is_not)
