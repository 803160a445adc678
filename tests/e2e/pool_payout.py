#!/usr/bin/env python3
"""A pool pays its miners on our own chain: shares, blocks, maturity, signed transfers, with kill -9 at random moments. At the end
the ledger, the chain and what the miners were told agree to the micro-ZION. The seed is printed; NEBULA_SEED repeats a run.
NEBULA_POOL_KILLS sets the number of kills (default 5)."""
import json
import os
import random
import subprocess
import threading
import time

from harness import Folder, Node, fast_clock, free_port, http, main, wait_for
from stratum import Miner, Search

SEED = int(os.environ.get("NEBULA_SEED", random.randrange(2**32)))
KILLS = int(os.environ.get("NEBULA_POOL_KILLS", 5))

CONFIG = """
node: {{name: payout, data: ./data, network: nebula-dev}}
plugins:
  - id: cosmic-harmony
  - id: chain
    config:
      algorithms: [{{name: cosmic-harmony-native5, start_difficulty: 2000}}]
  - id: pool
    config:
      work: chain
      coin: chain
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony-native5]}}]
      reward: {{fee_percent: 1.5, fee_address: "{fee}"}}
      consciousness:
        levels: [{{name: ONE, xp: 0, multiplier: 1}}, {{name: TWO, xp: 1000, multiplier: 1.5}}]
      payout: {{threshold: {threshold}, interval: {interval}, batch: 20}}
      ledger: {{poll: 1s}}
  - id: gateway
    config: {{listen: "127.0.0.1:{web}"}}
"""
SHARE = 400  # hashes of a share; a block takes thousands
NEVER = 1_000_000_000


def address(n):
    return f"ZION_{n:040X}"


FEE = address(0xFEE)
WALLETS = [address(0xA00 + n) for n in range(3)]
LAST = address(0xD00)  # mines until everything before it is settled


def units(text):
    whole, _, part = text.partition(".")
    return int(whole) * 1_000_000 + int(part.ljust(6, "0"))


class World:
    def __init__(self, folder, clock=200):
        self.port, self.web = free_port(), free_port()
        self.chance = random.Random(SEED)
        self.paid_by_hand = 0
        self.accepted = {wallet: 0 for wallet in WALLETS + [LAST]}  # shares of which a miner was told so
        self.asked = dict(self.accepted)                            # shares sent
        self.node = Node(folder, self.config(1), environment=fast_clock(clock))

    def config(self, threshold, interval="60s"):
        return CONFIG.format(port=self.port, web=self.web, fee=FEE, threshold=threshold, interval=interval)

    def restart(self, config):
        self.node.stop()
        self.node.config.write_text(config)
        self.node.start()

    def pay(self):
        """The operator does not wait for the interval."""
        said = self.node.ctl("pool", "pay", check=False)
        assert said.returncode == 0 or "nothing is due" in said.stderr or "nothing can be paid" in said.stderr, said
        self.paid_by_hand += said.returncode == 0

    def get(self, path):
        status, body = http(f"http://127.0.0.1:{self.web}/api/v1/pool{path}")
        assert status in (200, 404), (status, body)
        return json.loads(body) if status == 200 else None

    def miner(self, wallet):
        return self.get(f"/miners/{wallet}")

    def totals(self):
        return self.get("")["coin"]

    def on_chain(self, wallet):
        return units(self.node.call("chain", "account", json.dumps({"address": wallet}))["balance"])

    def mine(self, wallets, enough):
        """Shares of the wallets in turns until `enough()`, or until the node is gone."""
        miners = []
        try:
            with Search("native5") as search:
                for n, wallet in enumerate(wallets):
                    miner = Miner(self.port)
                    miners.append(miner)
                    miner.log_in(f"{wallet}.rig{n}+{SHARE}")
                while not enough():
                    for wallet, miner in zip(wallets, miners):
                        job, data, target, _, _ = miner.job
                        found = search(data, int(target, 16), self.chance.randrange(1 << 31))
                        self.asked[wallet] += 1
                        answer = miner.submit(wallet, job, *found)
                        self.accepted[wallet] += answer["result"] is True
        except (OSError, AssertionError) as failure:
            try:
                self.node.process.wait(60)
            except subprocess.TimeoutExpired:
                raise AssertionError(f"the pool left a miner alone: {failure}") from failure
        finally:
            for miner in miners:
                miner.__exit__()

    def live_and_die(self):
        """The node mines for a while and is killed at a moment that nothing of it knows."""
        killer = threading.Timer(self.chance.uniform(0.5, 2.5), self.node.process.kill)
        killer.start()
        self.mine(WALLETS, self.node.exited)
        killer.join()
        self.node.process.wait()
        self.node.start()
        assert "balance" not in [e["text"] for e in self.node.log_events() if e["level"] == "error"]

    def all_of(self, what, number):
        """Page by page, newest first."""
        out = page = self.get(f"/{what}?limit=1000")[what]
        while page:
            page = self.get(f"/{what}?limit=1000&before={page[-1][number]}")[what]
            out = out + page
        return out

    def pays(self):
        """Something is on its way to somebody."""
        return any(units(part) for part in self.totals()["paying"].values())

    def wallets_have_what_was_paid(self):
        for wallet in WALLETS:
            miner = self.miner(wallet)
            paid = units(miner["paid"]["main"]) + units(miner["paid"]["bonus"])
            assert paid > 0, miner
            assert self.on_chain(wallet) == paid, (wallet, self.on_chain(wallet), miner, SEED)

    def fund_has_what_is_owed(self):
        """And nothing else. No more payments are made."""
        blocks = lambda: [one["state"] for one in self.all_of("blocks", "number")]
        wait_for("the last blocks to be seen", lambda: not {"candidate", "found"} & set(blocks()), 30)
        totals = self.totals()
        owed = {what: units(totals[what]["main"]) for what in ("credited", "immature", "balance", "paying", "paid")}
        assert owed["paying"] == 0 and owed["credited"] == owed["balance"] + owed["paid"], owed
        fund = next(one for one in self.node.call("chain", "payouts")["funds"] if one["fund"] == "main")
        has = self.on_chain(fund["address"])
        assert has == owed["balance"] + owed["immature"] - units(totals["network_fees"]["main"]), (has, totals, SEED)
        batches = self.all_of("batches", "batch")
        audit = self.node.call("pool", "audit")
        assert audit["balances"] and audit["blocks"] == len(blocks()) and audit["batches"] == len(batches), audit
        assert all(audit[what] == totals[what] for what in ("credited", "balance", "paying", "paid", "network_fees")), (audit, totals)
        print(f"   {sum(self.accepted.values())} shares, {len(blocks())} blocks, {len(batches)} batches, "
              f"{self.paid_by_hand} ordered, {totals}")

    def no_share_is_lost(self):
        for wallet in WALLETS:
            booked = (self.miner(wallet) or {"shares": {"accepted": 0}})["shares"]["accepted"]
            assert self.accepted[wallet] <= booked <= self.asked[wallet], (wallet, booked, self.accepted, self.asked, SEED)


def settled(world, wallets):
    """Nothing of them is on its way."""
    def done():
        for wallet in wallets:
            miner = world.miner(wallet)
            if any(units(miner[what][fund]) for what in ("immature", "paying") for fund in ("main", "bonus")):
                return False
            if any(units(miner["balance"][fund]) >= 1_000_000 for fund in ("main", "bonus")):
                world.pay()
                return False
        return True
    return done


def miners_are_paid_once_and_exactly_over_kills():
    print(f"seed {SEED}, {KILLS} kills")
    with Folder() as folder:
        world = World(folder)
        with world.node as node:
            node.start()
            for _ in range(KILLS):
                world.live_and_die()
                world.no_share_is_lost()
            # The three stop; one more mines until what they earned is mature and paid, which the operator asks for.
            world.restart(world.config(1, "10000h"))
            end = time.monotonic() + 240
            calls = iter(lambda: None, 1)
            check = settled(world, WALLETS)
            world.mine([LAST], lambda: next(calls) or time.monotonic() > end or check())
            assert not node.exited(), node.log()
            assert check(), [world.miner(wallet) for wallet in WALLETS]
            world.wallets_have_what_was_paid()
            assert world.paid_by_hand > 0, "nothing was paid by hand"
            assert any(units(world.miner(wallet)["paid"]["bonus"]) > 0 for wallet in WALLETS), "no level paid a bonus"

            # No more payments.
            world.restart(world.config(NEVER))
            world.mine([LAST], lambda: time.monotonic() > end + 120 or not world.pays())
            world.fund_has_what_is_owed()
            assert node.stop() == 0, node.log()


if __name__ == "__main__":
    main(miners_are_paid_once_and_exactly_over_kills)
