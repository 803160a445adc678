#!/usr/bin/env python3
"""Payouts of the chain as an operator sees them: ordered once by a key, sent, mined, followed over kill -9 and restarts, and never
paid twice. The seed is printed; NEBULA_SEED repeats a run. NEBULA_PAYOUT_KILLS sets the number of kills (default 6)."""
import json
import os
import random
import time

from harness import Folder, Node, fast_clock, main, wait_for

SEED = int(os.environ.get("NEBULA_SEED", random.randrange(2**32)))
KILLS = int(os.environ.get("NEBULA_PAYOUT_KILLS", 6))

CONFIG = """
node: {name: coin, data: ./data, network: nebula-dev}
plugins:
  - id: cosmic-harmony
  - id: chain
    config:
      algorithms: [{name: cosmic-harmony-native5, start_difficulty: 1000}]
  - id: miner
    config: {work: chain, algorithm: cosmic-harmony-native5, threads: 1, batch: 5ms}
log: {level: info}
"""


def address(n):
    return f"ZION_{n:040X}"


def units(text):
    whole, _, part = text.partition(".")
    return int(whole) * 1_000_000 + int(part.ljust(6, "0"))


def funds(node):
    return {one["fund"]: one for one in node.call("chain", "payouts")["funds"]}


def pay(node, key, payments, fund="main"):
    return node.call("chain", "pay", json.dumps({"key": key, "fund": fund, "payments": payments}))


def balance(node, of):
    return units(node.call("chain", "account", json.dumps({"address": of}))["balance"])


def rewards_pay_a_batch_once_over_kills():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    with Folder() as folder, Node(folder, CONFIG, environment=fast_clock(200)) as node:
        node.start()
        wait_for("a mature reward", lambda: units(funds(node)["main"]["spendable"]) > 10_000_000, 240, 0.5)
        bonus = funds(node)["bonus"]
        assert bonus["can_pay"] and units(bonus["spendable"]) > 0, bonus
        promised = {}
        for kill in range(KILLS):
            key = f"batch-{kill}"
            payments = [{"address": address(1000 * kill + i), "amount": f"0.{chance.randrange(1, 1000):06}"} for i in range(300)]
            promised[key] = payments
            fund = "bonus" if kill % 2 else "main"
            first = pay(node, key, payments, fund)
            assert first["state"] == "pending" and len(first["transactions"]) == 2, first
            time.sleep(chance.uniform(0, 0.3))
            node.kill()
            node.start()
            again = pay(node, key, payments, fund)
            assert again["transactions"] == first["transactions"], (again, first)
            refused = node.ctl("call", "chain", "pay", json.dumps({"key": key, "fund": fund, "payments": payments[1:]}), check=False)
            assert refused.returncode != 0 and "stands for other payments" in refused.stderr, refused
        for key in promised:
            wait_for(f"{key} in a block", lambda: node.call("chain", "payout", json.dumps({"key": key}))["confirmations"] > 0, 120, 0.5)
        for payments in promised.values():
            for one in payments:
                found = balance(node, one["address"])
                assert found == units(one["amount"]), f"{one} has {found} (seed {SEED})"
            break
        for payments in list(promised.values())[1:]:
            for one in chance.sample(payments, 20):
                found = balance(node, one["address"])
                assert found == units(one["amount"]), f"{one} has {found} (seed {SEED})"
        wait_for("the first batch to be final",
                 lambda: node.call("chain", "payout", json.dumps({"key": "batch-0"}))["state"] == "paid", 240, 0.5)
        poor = pay(node, "poor", [{"address": address(1), "amount": "100000000"}])
        assert poor["state"] == "failed" and "to spend" in poor["text"], poor
        verified = json.loads(node.run_command("chain", "verify", "--json", "-c", "node.yaml", timeout=300).stdout)
        print(f"{KILLS} kills, {verified}")
        assert node.stop() == 0, node.log()


main(rewards_pay_a_batch_once_over_kills)
