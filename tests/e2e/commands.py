#!/usr/bin/env python3
"""What the commands print: a script finds its JSON, a person finds what to do next, and a mistake is told with the way out."""
import importlib.util
import json
import re
import shutil
import subprocess

from harness import NEBULA, Folder, Node, free_port, main, wait_for

USAGE, UNAVAILABLE, BAD_CONFIG = 64, 69, 78


def config(port, more=""):
    return f"""
node: {{name: commands, data: ./data, network: nebula-dev}}
plugins:
  - id: cosmic-harmony
  - id: chain
    config:
      algorithms: [{{name: cosmic-harmony-native5, start_difficulty: 50}}]
  - id: miner
    config: {{work: chain, algorithm: cosmic-harmony-native5, threads: 1, batch: 5ms}}
  - id: gateway
    config: {{listen: "127.0.0.1:{port}"{more}}}
"""


class Place:
    """A folder with a node.yaml and no node, in which commands run."""

    def __init__(self, more=""):
        self.kept = Folder()
        self.more = more

    def __enter__(self):
        self.path = self.kept.__enter__()
        (self.path / "node.yaml").write_text(config(free_port(), self.more))
        return self

    def __exit__(self, *failure):
        self.kept.__exit__(*failure)

    def run(self, *words, expect=0, environment=None):
        done = subprocess.run([NEBULA, *words], cwd=self.path, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=120, start_new_session=True)
        assert done.returncode == expect, f"nebula {' '.join(words)}: {done.returncode}, not {expect}\n{done.stdout}{done.stderr}"
        return done.stdout if expect == 0 else done.stderr

    def json(self, *words):
        return json.loads(self.run(*words))


def plugins_are_listed_and_inspected():
    with Place() as place:
        listed = {one["id"]: one for one in place.json("plugin", "list", "--json")}
        assert {"cosmic-harmony", "chain", "miner", "gateway"} <= set(listed)
        text = place.run("plugin", "list")
        for one in listed.values():
            assert one["abi"] == "1.0" and one["version"] and one["license"] and one["summary"] and one["file"], one
            assert re.search(rf"^{one['id']} +{re.escape(one['version'])} ", text, re.M), text
        chain = place.json("plugin", "inspect", "chain")
        assert any(service["id"] == "nebula.work.source/1" for service in chain["provides"])
        assert {command["name"] for command in chain["commands"]} == {"chain", "wallet"}
        assert chain["config"]["properties"]["mempool"]["properties"], "the plugin's settings are not shown"
        assert place.json("plugin", "inspect", chain["file"])["id"] == "chain", "a file is inspected like an id"
        assert 'did you mean "chain"' in place.run("plugin", "inspect", "chian", expect=UNAVAILABLE)


def every_value_has_an_origin():
    with Place(', body_max: "2MiB"') as place:
        text = place.run("config", "show", "--origin", "--set", "log.level=debug")
        for wanted in (r"name: commands +# node\.yaml:2:\d+ \(file\)", r'body_max: "?2MiB"? +# node\.yaml:\d+:\d+ \(file\)',
                       r"idle_timeout: 60s +# schema default", r"level: debug +# .*--set"):
            assert re.search(wanted, text), f"{wanted} is not in\n{text}"
        shown = place.json("config", "show", "--json")
        assert shown["node"]["name"] == "commands"
        assert [plugin["id"] for plugin in shown["plugins"]] == ["cosmic-harmony", "chain", "miner", "gateway"]
        (place.path / "again.yaml").write_text(place.run("config", "show"))
        again = place.json("config", "show", "--json", "-c", "again.yaml")
        assert again == shown, "what is shown is not the configuration that it came from"


def secrets_are_not_shown():
    with Place(", token: a-token-of-enough-length") as place:
        for words in (("show",), ("show", "--origin"), ("show", "--json"), ("diff",)):
            assert "a-token-of-enough-length" not in place.run("config", *words), words


def a_difference_names_what_the_file_changes():
    with Place() as place:
        text = place.run("config", "diff")
        assert re.search(r'^~ node\.name: ".*" -> "commands" \(node\.yaml:2:\d+\)$', text, re.M), text
        assert re.search(r"^~ plugins\.gateway\.config\.listen: .* -> \"127\.0\.0\.1:\d+\" \(node\.yaml:\d+:\d+\)$", text, re.M), text
        (place.path / "default.yaml").write_text(place.run("config", "default"))
        assert "~" not in place.run("config", "diff", "-c", "default.yaml"), "the default differs from the default"
        place.run("check", "-c", "default.yaml")


def the_schema_describes_every_setting():
    with Place() as place:
        schema = place.json("config", "schema")
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"

        def look(where, one):
            for name, setting in one.get("properties", {}).items():
                assert "description" in setting or "$ref" in setting or "const" in setting, f"{where}.{name} is not described"
                look(f"{where}.{name}", setting)

        look("node.yaml", {"properties": schema["properties"]})
        shown = place.json("config", "show", "--json")
        if importlib.util.find_spec("jsonschema"):
            import jsonschema
            validator = jsonschema.validators.validator_for(schema)
            validator.check_schema(schema)
            found = [error.message for error in validator(schema).iter_errors(shown)]
            assert not found, f"the schema refuses the program's own configuration: {found}"
        assert set(shown) <= set(schema["properties"]), set(shown) - set(schema["properties"])
        assert place.run("config", "reference").startswith("#"), "the reference is no Markdown"


def completion_is_a_program_of_its_shell():
    with Place() as place:
        scripts = {shell: place.run("completion", shell) for shell in ("bash", "zsh", "fish")}
        for shell, script in scripts.items():
            assert "wallet" in script and "doctor" in script, f"{shell} does not complete every command"
            if shutil.which(shell):
                (place.path / shell).write_text(script)
                subprocess.run([shell, "-n", shell], cwd=place.path, check=True)
            else:
                print(f"   SKIPPED for {shell}: it is not installed here")
        if shutil.which("bash"):
            asked = ('. ./bash; nebula() { "$NEBULA" "$@"; }; ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); '
                     '_nebula; echo "${COMPREPLY[*]}"; }; ask nebula wa; ask nebula config sc; ask nebula bench --sec')
            done = subprocess.run(["bash", "-c", asked], cwd=place.path, env={"NEBULA": str(NEBULA), "PATH": "/usr/bin:/bin"},
                                  capture_output=True, text=True, check=True)
            assert done.stdout.split() == ["wallet", "schema", "--seconds"], done
        assert "bash, zsh or fish" in place.run("completion", "tcsh", expect=USAGE)


def a_hash_is_one_line_or_a_document():
    with Place() as place:
        line = place.run("hash", "cosmic-harmony", "--input", "00", "--nonce", "1")
        assert re.fullmatch(r"[0-9a-f]{64}\n", line), line
        document = place.json("hash", "cosmic-harmony", "--input", "00", "--nonce", "1", "--json")
        assert document["digest"] + "\n" == line and len(document["number"]) == 64 and document["algorithm"] == "cosmic-harmony"
        assert "two digits for each byte" in place.run("hash", "cosmic-harmony", "--input", "zz", expect=USAGE)
        assert "cosmic-harmony, cosmic-harmony-native5, randomx, rx/0" in place.run("hash", "nothing", "--input", "00", expect=UNAVAILABLE)
        assert 'did you mean "cosmic-harmony"?' in place.run("hash", "cosmic-hramony", "--input", "00", expect=UNAVAILABLE)
        assert "odd number of digits" in place.run("hash", "cosmic-harmony", "--input", "000", expect=USAGE)
        assert "has no epochs" in place.run("hash", "cosmic-harmony", "--input", "00", "--epoch", "5", expect=USAGE)
        for nonce in ("0x100000000", "0x11111111111111111"):
            assert "too wide" in place.run("hash", "cosmic-harmony", "--input", "00", "--nonce", nonce, expect=USAGE)
        assert "usage: nebula hash" in place.run("hash", "cosmic-harmony", expect=USAGE)


def a_bench_quotes_the_median_of_its_repetitions():
    with Place() as place:
        document = place.json("bench", "cosmic-harmony-native5", "--select", "kind=reference", "--threads", "1", "--seconds", "1",
                              "--repetitions", "3", "--json")
        assert len(document["repetitions"]) == 3 and document["threads"] == 1 and document["unit"] == "H/s", document
        assert document["median"] == sorted(document["repetitions"])[1] and document["median"] > 0, document
        assert document["backend"] == "cosmic-harmony-native5/reference", document


def offered(place, *names):
    known = {service["name"] for one in place.json("plugin", "list", "--json") for service in one["provides"]}
    absent = [name for name in names if name not in known]
    if absent:
        print(f"   SKIPPED for {', '.join(absent)}: no plugin of this build offers it")
    return not absent


def algorithms_have_the_names_that_miners_write():
    with Place() as place:
        if offered(place, "yescryptr16"):
            free = "yescrypt:version=0.5,N=4096,r=16,pers=Client Key"
            named = place.json("hash", "yescryptr16", "--input", "00" * 80, "--json")
            same = place.json("hash", free, "--input", "00" * 80, "--json")
            assert named["digest"] == same["digest"] and same["algorithm"].startswith("yescrypt:"), (named, same)
            assert place.json("explain", free, "--json")["algorithm"] == same["algorithm"]
            assert "its parameters" in place.run("hash", "yescrypt:r=0", "--input", "00" * 80, expect=USAGE)
            assert 'did you mean "yescryptr16"?' in place.run("hash", "yescriptr16", "--input", "00", expect=UNAVAILABLE)
        if offered(place, "randomx"):
            words = ("--input", "54657374", "--epoch", "746573742d6b6579", "--json")
            assert place.json("hash", "rx/0", *words) == place.json("hash", "randomx", *words)
            assert "--epoch HEX" in place.run("hash", "rx/0", "--input", "00", expect=USAGE)
        if offered(place, "autolykos2"):
            words = ("--input", "11" * 32, "--nonce")
            hit = place.json("hash", "autolykos2", *words, "0x1000", "--epoch", "500000", "--json")
            assert hit["digest"] == hit["number"], "the hit is not big-endian"
            assert hit["digest"] + "\n" == place.run("hash", "autolykos2", *words, "4096", "--epoch", "500000")
            assert "--epoch HEIGHT" in place.run("hash", "autolykos2", *words, "1", expect=USAGE)
            deprecated = next(one for one in place.json("plugin", "list", "--json") if one["id"] == "autolykos2")["deprecated"]
            assert deprecated[0]["text"] and deprecated[0]["height_max"] > 0, deprecated
            assert str(deprecated[0]["height_max"]) in place.run("plugin", "list", "--details")


def a_bench_compares_two_backends_in_one_run():
    with Place() as place:
        words = ("bench", "cosmic-harmony", "--compare", "kind=scalar,kind=reference", "--threads", "1", "--seconds", "0.3", "--repetitions", "3")
        both = place.json(*words, "--json")
        assert both["a"]["backend"] == "cosmic-harmony/scalar" and both["b"]["backend"] == "cosmic-harmony/reference", both
        assert abs(both["ratio"] - both["a"]["median"] / both["b"]["median"]) < 1e-9 and both["ratio_spread"] >= 0, both
        assert both["a"]["self_test"]["jobs"] > 15 and both["a"]["per_cpu_second"] > 0 and both["a"]["memory_added_bytes"] >= 0, both
        text = place.run(*words)
        assert "self-test passed" in text and "cosmic-harmony/scalar : cosmic-harmony/reference = " in text, text
        assert "must name two backends" in place.run("bench", "cosmic-harmony", "--compare", "kind=scalar", expect=USAGE)
        assert "exclude each other" in place.run("bench", "--all", "--select", "kind=simd", expect=USAGE)


def the_doctor_names_a_remedy_for_what_it_minds():
    with Place() as place:
        done = subprocess.run([NEBULA, "doctor", "--json"], cwd=place.path, capture_output=True, text=True, timeout=60)
        findings = json.loads(done.stdout)
        assert done.returncode == (1 if any(one["level"] == "bad" for one in findings) else 0), done
        assert {"CPU", "memory", "open files", "configuration"} <= {one["subject"] for one in findings}
        for one in findings:
            assert one["state"] and (one["level"] == "ok" or one["remedy"]), one
        (place.path / "node.yaml").write_text("nonsense: [")
        assert any(one["level"] == "bad" and one["subject"] == "configuration"
                   for one in json.loads(subprocess.run([NEBULA, "doctor", "--json"], cwd=place.path, capture_output=True, text=True,
                                                        timeout=60).stdout))


def help_leaves_nothing_behind():
    with Place() as place:
        for command in ("run", "check", "config", "plugin", "validate", "explain", "hash", "bench", "ctl", "doctor", "completion",
                        "version", "wallet", "chain"):
            for word in ("--help", "-h"):
                text = place.run(command, word)
                assert f"nebula {command}" in text, f"{command} {word}:\n{text}"
                assert "Examples:" in text or command == "version", f"{command} {word} shows no example:\n{text}"
        assert sorted(path.name for path in place.path.iterdir()) == ["node.yaml"]


def a_wallet_is_made_before_the_first_run():
    with Place() as place:
        made = place.json("wallet", "new", "--no-password", "--file", "plain.json", "--json")
        shown = place.json("wallet", "address", "--file", "plain.json", "--json")
        assert made == shown and not shown["encrypted"] and made["address"].startswith("ZION_"), (made, shown)
        assert (place.path / "plain.json").stat().st_mode & 0o077 == 0, "others can read the key"
        assert "not overwritten" in place.run("wallet", "new", "--no-password", "--file", "plain.json", expect=USAGE)
        (place.path / "password").write_text("correct horse battery\n")
        secret = place.json("wallet", "new", "--password-file", "password", "--file", "secret.json", "--json")
        assert secret["encrypted"] and place.run("wallet", "address", "--file", "secret.json").strip() == secret["address"]
        assert "make one with" in place.run("wallet", "address", "--file", "none.json", expect=UNAVAILABLE)
        assert "no node runs" in place.run("wallet", "balance", "--file", "plain.json", expect=UNAVAILABLE)
        assert "known are new, address, balance and send" in place.run("wallet", "spend", expect=USAGE)


def money_goes_from_one_wallet_to_another():
    with Folder() as folder, Node(folder, config(free_port())) as node:
        node.start()

        def wallet(*words, check=True):
            return node.run_command("wallet", *words, "-c", "node.yaml", check=check)

        def balance(*words):
            return json.loads(wallet("balance", *words, "--json").stdout)["balance"]

        to = json.loads(wallet("new", "--no-password", "--file", "to.json", "--json").stdout)["address"]
        assert re.fullmatch(r"[0-9.]+ ZION\n", wallet("balance").stdout)
        wait_for("a reward", lambda: float(balance()) > 1, 60)
        dry = wallet("send", to, "0.25", "--dry-run").stdout
        assert re.fullmatch(r"[0-9a-f]+\n", dry), dry
        sent = json.loads(wallet("send", to, "0.25", "--memo", "tea", "--json").stdout)
        assert sent["status"] == "mempool" and len(sent["id"]) == 64, sent
        wait_for("the transfer", lambda: float(balance(to)) == 0.25, 60)
        assert float(balance("--file", "to.json")) == 0.25
        for words, wanted in ((("send", "ZION_NOBODY", "1"), "ZION_NOBODY"), (("send", to, "a-lot"), "a-lot"), (("send", to), "ADDRESS AMOUNT"),
                              (("send", to, "1000", "--file", "to.json"), "")):
            refused = wallet(*words, check=False)
            assert refused.returncode != 0 and wanted in refused.stderr and refused.stderr.startswith("nebula wallet"), refused
        sound = json.loads(node.run_command("chain", "verify", "--json", "-c", "node.yaml").stdout)
        assert sound["transactions"] >= 1, sound
        assert node.stop() == 0, node.log()


main(plugins_are_listed_and_inspected, every_value_has_an_origin, secrets_are_not_shown, a_difference_names_what_the_file_changes,
     the_schema_describes_every_setting, completion_is_a_program_of_its_shell, a_hash_is_one_line_or_a_document,
     a_bench_quotes_the_median_of_its_repetitions,
     algorithms_have_the_names_that_miners_write, a_bench_compares_two_backends_in_one_run, the_doctor_names_a_remedy_for_what_it_minds, help_leaves_nothing_behind,
     a_wallet_is_made_before_the_first_run, money_goes_from_one_wallet_to_another)
