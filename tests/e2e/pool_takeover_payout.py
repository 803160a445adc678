#!/usr/bin/env python3
"""A pool is upgraded again and again while blocks mature and payouts are on their way: no miner loses its connection, each share is
booked once, each payment is made once, and at the end ledger and chain agree to the micro-ZION. The seed is printed; NEBULA_SEED
repeats a run. NEBULA_POOL_TAKEOVERS sets the number of upgrades (default 3)."""
import os
import threading

from harness import Folder, main, wait_for
from pool_payout import LAST, NEVER, SEED, SHARE, WALLETS, World, settled
from pool_takeover import successor
from stratum import Miner, Search

TAKEOVERS = int(os.environ.get("NEBULA_POOL_TAKEOVERS", 3))


class Work(threading.Thread):
    """Mines on connections that are never opened again, until it is told to end."""

    def __init__(self, world):
        super().__init__(daemon=True)
        self.world = world
        self.wallets = list(WALLETS)
        self.ends = False
        self.failure = None
        self.nonces = {}  # where to go on, by work
        self.miners = {wallet: Miner(world.port) for wallet in [*WALLETS, LAST]}
        for wallet, miner in self.miners.items():
            miner.socket.settimeout(60)
            miner.log_in(f"{wallet}.rig+{SHARE}")

    def run(self):
        try:
            with Search("native5") as search:
                while not self.ends:
                    for wallet in self.wallets:
                        self.share(search, wallet)
        except Exception as failure:
            self.failure = failure

    def share(self, search, wallet):
        miner = self.miners[wallet]
        job, data, target, _, _ = miner.job
        found = search(data, int(target, 16), self.nonces.get(data, 0))
        self.nonces[data] = int(found[0], 16) + 1
        self.world.asked[wallet] += 1
        answer = miner.submit(wallet, job, *found)
        good = answer["result"] is True
        assert good or answer["error"]["message"] == "Stale share", answer
        self.world.accepted[wallet] += good

    def well(self):
        if self.failure:
            raise self.failure
        return True

    def stop(self):
        self.ends = True
        self.join(60)
        self.well()
        for miner in self.miners.values():
            miner.__exit__()


def take_over(world, config=None):
    old = world.node
    world.node = successor(old, config, old.environment)
    assert old.process.wait(60) == 0, (old.log(), world.node.log())
    wait_for("the new node to answer", world.node.responds, 30)


def payouts_go_on_over_upgrades_and_nobody_is_paid_twice():
    print(f"seed {SEED}, {TAKEOVERS} upgrades")
    with Folder() as folder:
        world = World(folder, clock=600)
        with world.node:
            world.node.start()
            work = Work(world)
            work.start()
            try:
                for _ in range(TAKEOVERS):
                    wait_for("a payout on its way", lambda: work.well() and world.pays(), 120, 0.02)
                    take_over(world)
                # The three stop; one more mines until what they earned is mature and paid.
                work.wallets = [LAST]
                check = settled(world, WALLETS)
                wait_for("all to be paid", lambda: work.well() and check(), 240, 0.2)
                world.wallets_have_what_was_paid()
                # The last upgrade changes the configuration: no more payments.
                take_over(world, world.config(NEVER))
                wait_for("what is on its way", lambda: work.well() and not world.pays(), 120, 0.2)
                work.stop()
                for wallet, accepted in world.accepted.items():
                    assert world.miner(wallet)["shares"]["accepted"] == accepted, (wallet, world.miner(wallet), accepted, SEED)
                world.wallets_have_what_was_paid()
                world.fund_has_what_is_owed()
                assert world.node.stop() == 0, world.node.log()
            finally:
                work.ends = True
                world.node.__exit__()


main(payouts_go_on_over_upgrades_and_nobody_is_paid_twice)
