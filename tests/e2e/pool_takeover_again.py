#!/usr/bin/env python3
"""Upgrades beside everything else that goes on: while each second brings new work for everybody, with a configuration that opens one
port and closes another, and ten times in a row."""
import os

from harness import Folder, Node, free_port, main, wait_for
from pool_takeover import CONFIG, Load, keep_loading, more_files, node_with_pool, successor
from stratum import Miner, Search

PORTS = CONFIG.replace('ports: [{{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony], difficulty: 1}}]', "ports: [{ports}]")


class Life:
    """A node and those that take over from it, of which one runs at a time."""

    def __init__(self, node):
        self.node = node

    def take_over(self, load=None, config=None):
        """While the load goes on."""
        old, self.node = self.node, successor(self.node, config)
        over = lambda: old.exited() or self.node.exited()
        if load:
            keep_loading(load, over)
        else:
            wait_for("the new node", over, 60)
        assert old.exited() and old.process.returncode == 0, (old.log(), self.node.log())

    def end(self):
        assert self.node.stop() == 0, self.node.log()

    def __enter__(self):
        self.node.start()
        return self

    def __exit__(self, *_):
        self.node.__exit__()


def jobs_of(load):
    return [one.miner.job[0] for one in load.miners.values()]


def new_work_comes_each_second_all_the_while():
    more_files()
    with Folder() as folder, Search() as search:
        port = free_port()
        config = CONFIG.format(port=port, more="").replace("- id: chain", "- {id: chain, config: {template_refresh: 1s}}")
        with Life(Node(folder, config)) as life:
            load = Load(port, 100, search)
            for _ in range(2):
                before = jobs_of(load)
                life.take_over(load)
                # All get work of the new node as they got it of the old one.
                keep_loading(load, lambda: all(job != old for job, old in zip(jobs_of(load), before)))
                before = jobs_of(load)
                keep_loading(load, lambda: all(job != old for job, old in zip(jobs_of(load), before)))
            load.settle()
            load.check()
            print(f"   {load.sent} shares")
            life.end()


def one_port_is_added_and_another_goes():
    with Folder() as folder, Search() as search:
        stays, goes, comes = free_port(), free_port(), free_port()

        def config(*numbers):
            listen = ", ".join(f'{{listen: "127.0.0.1:{one}", algorithms: [cosmic-harmony], difficulty: 1}}' for one in numbers)
            return PORTS.format(port=stays, ports=listen, more="")

        with Life(Node(folder, config(goes, stays))) as life:
            load = Load(stays, 20, search)
            with Miner(goes) as leaver:
                leaver.log_in("ZION_L")
                leaver.socket.settimeout(60)
                life.take_over(load, config(stays, comes))
                # Whoever came by the port that is gone is let go; nobody comes by it again.
                while leaver.lines.readline():
                    pass
            try:
                Miner(goes)
                raise AssertionError("the port that is gone is still open")
            except ConnectionRefusedError:
                pass
            with Miner(comes) as newcomer:
                newcomer.log_in("ZION_N")
                job, data, target = newcomer.job[:3]
                assert newcomer.submit("ZION_N", job, *search(data, int(target, 16)))["result"] is True
            for _ in range(20):
                load.turn()
            load.settle()
            load.check()
            life.end()


def ten_upgrades_in_a_row_lose_nothing_and_leave_nothing_behind():
    more_files()
    with Folder() as folder, Search() as search:
        node, port = node_with_pool(folder)
        with Life(node) as life:
            load = Load(port, 50, search)
            files, memory = [], []
            for _ in range(10):
                life.take_over(load)
                for _ in range(5):
                    load.turn()
                load.settle()
                # The connections of the control socket are closed when it has answered.
                wait_for("the new node to answer", life.node.responds, 20)
                files.append(open_files(life.node))
                memory.append(memory_kib(life.node))
            load.check()
            print(f"   {load.sent} shares, open files {files}, memory {memory} KiB")
            assert min(files[5:]) <= min(files[:5]) and memory[-1] <= memory[0] + 8192, (files, memory)
            life.end()


def open_files(node):
    return len(os.listdir(f"/proc/{node.process.pid}/fd"))


def memory_kib(node):
    with open(f"/proc/{node.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon:"))


if __name__ == "__main__":
    main(new_work_comes_each_second_all_the_while,
         one_port_is_added_and_another_goes,
         ten_upgrades_in_a_row_lose_nothing_and_leave_nothing_behind)
