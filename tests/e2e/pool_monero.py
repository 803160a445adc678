#!/usr/bin/env python3
"""A pool on a real monerod: a miner of XMRig's dialect finds blocks that the daemon takes, and a real monero-wallet-rpc pays it.

Needs monerod and monero-wallet-rpc 0.18 in PATH (Debian package monero)."""
import json
import shutil

from harness import BUILD, Folder, Node, free_port, http, main, skip, wait_for
from monero_payout import Wallet
from monero_regtest import DIFFICULTY, PASSWORD, WALLET, Daemon
from pool_dialects import Search, Xmrig, submit

CONFIG = """
node: {{name: pool-monero}}
plugins:
  - id: randomx
  - id: monero
    config:
      url: "http://127.0.0.1:{daemon}"
      wallet: "{wallet}"
      user: nebula
      password: "{password}"
      poll: 200ms
      wallet_rpc: {{url: "http://127.0.0.1:{payer}", user: nebula, password: "{password}"}}
  - id: pool
    config:
      work: monero
      coin: monero
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [randomx], difficulty: 1}}]
      reward: {{fee_percent: 1}}
      payout: {{threshold: 0.1, interval: 2s}}
      ledger: {{poll: 1s}}
  - id: gateway
    config: {{listen: "127.0.0.1:{web}"}}
"""
BLOCKS, MATURITY = 3, 60
YOUNG = 84  # blocks that a chain needs before a payment finds others to hide among


def get(web, path):
    status, body = http(f"http://127.0.0.1:{web}/api/v1/pool{path}")
    assert status == 200, (path, status, body)
    return json.loads(body)


def atoms(text):
    whole, part = text.split(".")
    return int(whole) * 10**12 + int(part)


def a_miner_finds_blocks_of_monerod_and_is_paid_for_them():
    with Folder() as folder, Daemon(folder, short_epochs=False) as daemon, Search() as search:
        receiver = Wallet(folder, "receiver", daemon).create()
        payer = Wallet(folder, "payer", daemon).create()

        def mine(count):
            for _ in range(count):  # to somebody else; one by one, for each takes a while on a busy machine
                daemon.call("generateblocks", {"amount_of_blocks": 1, "wallet_address": WALLET})

        port, web = free_port(), free_port()
        config = CONFIG.format(daemon=daemon.rpc, payer=payer.rpc, wallet=payer.address, password=PASSWORD, port=port, web=web)
        with receiver, payer, Node(folder, config) as node:
            mine(YOUNG)
            node.start()
            wait_for("work from the daemon", lambda: get(web, "")["algorithms"][0]["height"] > 0)
            with Xmrig(port, search) as miner:
                miner.log_in(receiver.address)
                for _ in range(BLOCKS):
                    height = daemon.height()
                    # A hash that meets the network's difficulty is a block, and a share too.
                    answer = submit(miner, miner.share(difficulty=DIFFICULTY))
                    assert answer.get("result") == {"status": "OK"}, answer
                    wait_for("the block at the daemon", lambda: daemon.height() > height, 30)
                    while miner.job["height"] <= height:
                        miner.line()
            found = wait_for("the blocks in the pool's books",
                             lambda: (b := get(web, "/blocks")["blocks"]) and len(b) >= BLOCKS and
                             all(one["state"] == "pending" for one in b) and b)
            heights = sorted(one["height"] for one in found)
            for one in found:
                header = daemon.call("get_block_header_by_height", {"height": one["height"]})["block_header"]
                assert header["hash"] == one["id"] and header["reward"] == atoms(one["reward"]), (one, header)
            reward = sum(atoms(one["reward"]) for one in found)
            mine(MATURITY + 2)
            wait_for("mature blocks", lambda: all(one["state"] == "mature" for one in get(web, "/blocks")["blocks"]), 60)

            def paid():
                mine(1)
                payments = get(web, "/payments")["payments"]
                return payments and all(one["state"] == "paid" for one in payments) and payments
            payments = wait_for("payments, deep in the chain", paid, 240, 0.1)
            amount = sum(atoms(one["amount"]) for one in payments)
            fee = sum(atoms(one["reward"]) // 100 for one in found)
            assert amount == reward - fee, (amount, reward, fee)
            receiver.call("refresh")
            assert receiver.call("get_balance", {"account_index": 0})["balance"] == amount
            shown = get(web, f"/miners/{receiver.address}")
            assert atoms(shown["paid"]["main"]) == amount and atoms(shown["balance"]["main"]) == 0, shown
            print(f"blocks {heights}, {amount / 10**12:.6f} XMR paid")
            assert node.stop() == 0, node.log()
            assert PASSWORD not in node.log(), "the password stands in the log"


if shutil.which("monero-wallet-rpc") is None:
    skip("monero-wallet-rpc is not installed (Debian package monero)")
if not (BUILD / "bin/share_search").exists():
    skip("share_search is not built; it needs the plugins yescrypt and randomx")

main(a_miner_finds_blocks_of_monerod_and_is_paid_for_them)
