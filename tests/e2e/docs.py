#!/usr/bin/env python3
"""What the documents say is what the program does: the configuration reference is the program's own, and every command that a
document shows is one the program has. NEBULA_UPDATE=1 rewrites the reference."""
import os
import re
import subprocess

from harness import NEBULA, SOURCE, Folder, main

REFERENCE = SOURCE / "docs" / "configuration-reference.md"
HEAD = """# Configuration reference

Every setting of node.yaml and of each plugin, as `nebula config reference` prints it from the schemas that check them. How files,
profiles, variables and the environment come together is in [configuration.md](configuration.md).

"""


def nebula(*words, folder="/"):
    return subprocess.run([NEBULA, *words], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)


def the_configuration_reference_is_what_the_schemas_say():
    with Folder() as folder:
        text = HEAD + nebula("config", "reference", folder=folder).stdout
    if os.environ.get("NEBULA_UPDATE") == "1":
        REFERENCE.write_text(text)
    assert REFERENCE.read_text() == text, "run: NEBULA_UPDATE=1 tests/e2e/docs.py, and look at the difference"


def every_command_that_a_document_shows_exists():
    known = set(re.findall(r"^  ([a-z]+)(?: [a-z]+)?  ", nebula("--help").stdout, re.M))
    assert {"run", "ctl", "wallet"} <= known, known
    shown = {}
    for path in [SOURCE / "README.md", *sorted((SOURCE / "docs").rglob("*.md"))]:
        for command in re.findall(r"(?:^|[`\s(/])nebula ([a-z]+)\b(?= |`|$)", path.read_text(), re.M):
            shown.setdefault(command, path.name)
    words = {"node", "and", "plugin", "is"}  # prose about the program
    for command, where in shown.items():
        assert command in known or command in words, f"{where} shows `nebula {command}`, which is no command"


def every_link_between_documents_leads_somewhere():
    for path in [SOURCE / "README.md", SOURCE / "CHANGELOG.md", *sorted((SOURCE / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text()):
            if "://" not in target:
                assert (path.parent / target).exists(), f"{path.relative_to(SOURCE)} links to {target}, which is not there"


def every_command_has_help_with_its_usage():
    for command in re.findall(r"^  ([a-z]+)  ", nebula("--help").stdout.split("Commands of plugins")[0], re.M):
        done = nebula(command, "--help")
        assert done.returncode == 0 and f"usage: nebula {command}" in done.stdout, (command, done)


main(the_configuration_reference_is_what_the_schemas_say, every_command_that_a_document_shows_exists,
     every_link_between_documents_leads_somewhere, every_command_has_help_with_its_usage)
