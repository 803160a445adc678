#!/usr/bin/env python3
"""Payouts through a real monero-wallet-rpc: each batch is paid exactly once, whatever is killed meanwhile.

Needs monerod and monero-wallet-rpc 0.18 in PATH (Debian package monero). The seed is printed; NEBULA_SEED repeats a run.
NEBULA_PAYOUT_KILLS sets the number of kills of each program (default 4)."""
import http.client
import json
import os
import random
import shutil
import subprocess
import time

from harness import Folder, Node, free_port, main, skip, wait_for
from monero_regtest import PASSWORD, Daemon, die_with_parent

SEED = int(os.environ.get("NEBULA_SEED", random.randrange(2**32)))
KILLS = int(os.environ.get("NEBULA_PAYOUT_KILLS", 4))
XMR = 10**12


class Wallet(Daemon):
    """A monero-wallet-rpc on a wallet of its own; a Daemon for its JSON-RPC with a password."""

    def __init__(self, folder, name, daemon):
        super().__init__(folder)
        self.name, self.daemon, self.folder = name, daemon, folder / "wallets"

    def start(self, create=False):
        self.folder.mkdir(exist_ok=True)
        words = ["monero-wallet-rpc", "--rpc-bind-port", str(self.rpc), "--rpc-login", f"nebula:{PASSWORD}",
                 "--daemon-address", f"127.0.0.1:{self.daemon.rpc}", "--daemon-login", f"nebula:{PASSWORD}", "--trusted-daemon",
                 "--log-level", "0", "--log-file", str(self.folder / f"{self.name}.log")]
        words += ["--wallet-dir", str(self.folder)] if create else ["--wallet-file", str(self.folder / self.name), "--password", ""]
        with open(self.folder / "output.txt", "ab") as output:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=die_with_parent)
        wait_for("the wallet's RPC", self.responds, 60)
        return self

    def responds(self):
        assert self.process.poll() is None, (self.folder / "output.txt").read_text(errors="replace")[-2000:]
        try:
            return self.call("get_version")
        except (OSError, http.client.HTTPException):
            return None

    def create(self):
        self.start(create=True)
        self.call("create_wallet", {"filename": self.name, "password": "", "language": "English"})
        self.address = self.call("get_address")["address"]
        self.call("close_wallet")
        self.kill()
        return self


def config(daemon, wallet, url=None, address=None):
    return f"""
node: {{name: payouts, data: ./data}}
plugins:
  - id: randomx
  - id: monero
    config:
      url: "http://127.0.0.1:{daemon.rpc}"
      wallet: "{address or wallet.address}"
      user: nebula
      password: "{PASSWORD}"
      poll: 500ms
      wallet_rpc: {{url: "http://127.0.0.1:{wallet.rpc}", user: nebula, password: "{PASSWORD}"}}
log: {{level: info}}
"""


def pay(node, key, payments):
    return node.call("monero", "pay", json.dumps({"key": key, "payments": payments}))


def payout(node, key):
    return node.call("monero", "payout", json.dumps({"key": key}))


def every_batch_is_paid_once_whatever_is_killed():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    with Folder() as folder, Daemon(folder, short_epochs=False) as daemon:
        receiver = Wallet(folder, "receiver", daemon).create()
        payer = Wallet(folder, "payer", daemon).create()

        def mine(count):
            for _ in range(count):  # one by one: each takes a while on a busy machine
                daemon.call("generateblocks", {"amount_of_blocks": 1, "wallet_address": payer.address})
        with receiver, payer, Node(folder, config(daemon, payer)) as node:
            receiver_sub = receiver.call("create_address", {"account_index": 0})["address"]
            receiver_integrated = receiver.call("make_integrated_address")["integrated_address"]
            mine(84)
            payer.call("refresh")
            before = payer.call("get_balance", {"account_index": 0})
            node.start()
            promised = 0
            targets = [receiver.address, receiver_sub, receiver_integrated]
            orders = {}
            for kill in range(KILLS):
                key = f"batch-{kill}"
                payments = [{"address": targets[i % 2] if i != 3 else targets[2], "amount": XMR + chance.randrange(XMR)}
                            for i in range(chance.choice([1, 5, 18]))]
                orders[key] = payments
                promised += sum(one["amount"] for one in payments)
                assert pay(node, key, payments)["state"] == "pending"
                time.sleep(chance.uniform(0, 2.5))
                node.kill()
                if chance.random() < 0.7:
                    payer.kill()
                    payer.start()
                node.start()
                again = pay(node, key, payments)
                assert again["state"] == "pending", again
                time.sleep(chance.uniform(0, 1.5))
                if chance.random() < 0.5:
                    payer.kill()
                    payer.start()
                refused = node.ctl("call", "monero", "pay", json.dumps({"key": key, "payments": payments + payments}), check=False)
                assert refused.returncode != 0 and "stands for other payments" in refused.stderr, refused
                mine(1)

            def all_mined():
                mine(1)
                return all(payout(node, key)["confirmations"] > 0 for key in orders)
            wait_for(f"every batch in a block: {node.call('monero', 'payouts')}", all_mined, 240, 2)
            mine(62)
            wait_for("every batch to be paid", lambda: all(payout(node, key)["state"] == "paid" for key in orders), 60, 0.5)
            receiver.call("refresh")
            received = receiver.call("get_balance", {"account_index": 0})["balance"]
            assert received == promised, f"{received} arrived of {promised} (seed {SEED})"
            fees = 0
            for key, payments in orders.items():
                done = pay(node, key, payments)
                assert done["state"] == "paid", done
                fees += len(done["transactions"])
            poor = pay(node, "poor", [{"address": receiver.address, "amount": before["balance"] * 10}])
            wait_for("the batch without money to fail", lambda: payout(node, "poor")["state"] == "failed", 60, 0.5)
            mistyped = receiver.address[:-1] + ("1" if receiver.address[-1] != "1" else "2")
            bad = pay(node, "bad", [{"address": mistyped, "amount": 1}])
            assert bad["state"] == "failed" and "checksum" in bad["text"], bad
            print(f"{KILLS} kills, {promised / XMR:.6f} XMR in {fees} transactions")
            assert node.stop() == 0, node.log()
            assert PASSWORD not in node.log(), "the password stands in the log"


def another_wallet_is_never_paid_from():
    with Folder() as folder, Daemon(folder, short_epochs=False) as daemon:
        payer, other = (Wallet(folder, name, daemon).create() for name in ("payer", "other"))
        with other, Node(folder, config(daemon, other, address=payer.address)) as node:
            node.start()
            pay(node, "k", [{"address": other.address, "amount": XMR}])
            wait_for("the mistake to be named",
                     lambda: "rewards go to " + payer.address in payout(node, "k")["text"], 30, 0.5)
            assert node.stop() == 0, node.log()


if __name__ == "__main__":
    if shutil.which("monero-wallet-rpc") is None:
        skip("monero-wallet-rpc is not installed (Debian package monero)")
    if os.environ.get("NEBULA_SLOW") != "1":
        skip("it takes minutes; NEBULA_SLOW=1 runs it")
    main(every_batch_is_paid_once_whatever_is_killed, another_wallet_is_never_paid_from)
