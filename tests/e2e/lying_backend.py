#!/usr/bin/env python3
"""A backend with one wrong bit never serves; one that turns wrong while it serves is quarantined, its slot goes to the fallback,
and the node mines on."""
import json

from harness import BUILD, Folder, Node, free_port, main, skip, wait_for

LIBRARY = BUILD / "tests/lying_backend/liblying-backend.so"
if not LIBRARY.exists():
    skip("the lying backend is not built (it needs the plugin cosmic-harmony)")

CONFIG = """
node: {{name: lying, data: ./data, network: nebula-dev}}
plugins:
  - id: cosmic-harmony
  - id: lying-backend
    path: {library}
    config: {{lies_once_there_is: {trigger}}}
  - id: chain
  - id: miner
    config: {{work: chain, algorithm: cosmic-harmony, threads: 1}}
  - id: gateway
    config: {{listen: "127.0.0.1:{port}"}}
algorithms:
  cosmic-harmony: {{select: "kind=lying", fallback: ["kind=reference"]}}
"""


def explained(node):
    return json.loads(node.run_command("explain", "cosmic-harmony", "--json", "-c", "node.yaml").stdout)


def standing(node):
    candidates = explained(node)["steps"][0]["candidates"]
    return next(c for c in candidates if c["name"] == "cosmic-harmony/lying")


def serving(node):
    return explained(node)["slots"][0]["backend"]


def mines_on(node):
    before = node.plugin("chain")["view"]["height"]
    wait_for("blocks by the fallback", lambda: node.plugin("chain")["view"]["height"] > before, 120)


def one_wrong_bit_is_refused_by_the_gate():
    with Folder() as folder, Node(folder, CONFIG.format(library=LIBRARY, trigger="/", port=free_port())) as node:
        node.start()
        wait_for("the fallback to serve", lambda: serving(node) == "cosmic-harmony/reference", 30)
        assert standing(node)["standing"] == "refused", standing(node)
        print("   ", standing(node)["removed_by"])
        mines_on(node)
        assert node.stop() == 0, node.log()


def a_backend_that_turns_wrong_is_quarantined():
    with Folder() as folder:
        trigger = folder / "lie-now"
        with Node(folder, CONFIG.format(library=LIBRARY, trigger=trigger, port=free_port())) as node:
            node.start()
            wait_for("the honest backend to serve", lambda: serving(node) == "cosmic-harmony/lying", 30)
            trigger.touch()
            wait_for("the quarantine", lambda: standing(node)["standing"] == "quarantined", 60)
            print("   ", standing(node)["removed_by"])
            wait_for("the fallback to serve", lambda: serving(node) == "cosmic-harmony/reference", 30)
            mines_on(node)
            assert node.call("miner", "results")["results"]["rejected"] == 0, "a wrong solution left the miner"
            journal = list(folder.rglob("pow-quarantine.jsonl"))
            assert journal and json.loads(journal[0].read_text().splitlines()[0])["backend"] == "cosmic-harmony/lying"
            assert node.stop() == 0, node.log()


main(one_wrong_bit_is_refused_by_the_gate, a_backend_that_turns_wrong_is_quarantined)
