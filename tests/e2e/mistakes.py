#!/usr/bin/env python3
"""The mistakes a beginner makes on the command line and with the machine, each answered with one clear message and its own exit
status. (Mistakes inside node.yaml have golden files of their own in tests/golden/config.)"""
import os
import subprocess

from harness import NEBULA, Folder, main

GOOD = """
node: {name: m, data: ./data}
plugins:
  - id: cosmic-harmony
  - id: chain
  - id: miner
    config: {work: chain}
"""


def nebula(folder, *words, config=None):
    if config is not None:
        (folder / "node.yaml").write_text(config)
    return subprocess.run([NEBULA, *words], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)


def expect(folder, status, parts, *words, config=None):
    done = nebula(folder, *words, config=config)
    said = done.stderr + done.stdout
    assert done.returncode == status, f"nebula {words}: {done.returncode}, not {status}:\n{said}"
    for part in parts:
        assert part in said, f"nebula {words} should say {part!r}:\n{said}"


def the_command_line_explains_itself():
    with Folder() as folder:
        expect(folder, 64, ["no command \"rnu\"", "run"], "rnu")
        expect(folder, 64, ["--colour", "usage"], "run", "--colour")
        expect(folder, 64, ["KEY=VALUE"], "check", "--set", "x")
        expect(folder, 0, ["usage: nebula run", "Examples"], "run", "--help")
        expect(folder, 64, ["request"], "ctl")
        expect(folder, 64, ["no request \"statsu\""], "ctl", "statsu")
        expect(folder, 69, ["no node runs here", "nebula.sock"], "ctl", "status")
        expect(folder, 64, ["{wrong", "not a JSON object"], "ctl", "chain", "block", "{wrong")
        expect(folder, 64, ["bash, zsh or fish"], "completion", "tcsh")
        expect(folder, 64, ["no \"config shwo\""], "config", "shwo")
        expect(folder, 64, ["--help"], "hash")
        expect(folder, 69, ["no-such"], "plugin", "inspect", "no-such")
        expect(folder, 74, ["no-such.so"], "plugin", "inspect", "./no-such.so")


def the_configuration_is_checked_before_anything_starts():
    with Folder() as folder:
        expect(folder, 0, ["is good"], "check", config=GOOD)
        expect(folder, 78, ["node.yaml:4", "cosmic-harmnoy", "cosmic-harmony"], "check",
               config=GOOD.replace("- id: cosmic-harmony", "- id: cosmic-harmnoy"))
        expect(folder, 78, ["work", "chian", "chain"], "check", config=GOOD.replace("work: chain", "work: chian"))
        expect(folder, 78, ["no plugin instance \"chain\""], "check", config=GOOD.replace("  - id: chain\n", ""))
        expect(folder, 78, ["node.yaml:7", "threds", "threads"], "check", config=GOOD.replace("work: chain", "work: chain, threds: 2"))
        expect(folder, 78, ["no.yaml"], "check", "-c", "no.yaml")
        expect(folder, 78, ["tab"], "check", config=GOOD.replace("  - id: chain", "\t- id: chain"))
        expect(folder, 78, ["gone.so"], "check", config=GOOD + "  - id: gone\n    path: ./gone.so\n")
        (folder / "text.so").write_text("not a library")
        expect(folder, 78, ["text.so"], "check", config=GOOD + "  - id: text\n    path: ./text.so\n")


def the_machine_is_answered_for():
    with Folder() as folder:
        (folder / "file").write_text("")
        expect(folder, 74, ["data folder", "file"], "run", "--data", "file/data", config=GOOD)
        if os.geteuid() != 0:
            (folder / "closed").mkdir(mode=0o500)
            expect(folder, 74, ["data folder", "closed"], "run", "--data", "closed/data", config=GOOD)
        done = nebula(folder, "doctor", config=GOOD)
        assert "huge pages" in done.stdout and "open files" in done.stdout, done.stdout


main(the_command_line_explains_itself, the_configuration_is_checked_before_anything_starts, the_machine_is_answered_for)
