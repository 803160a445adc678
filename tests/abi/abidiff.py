#!/usr/bin/env python3
"""The types of the contract's headers against the golden ones (contract.abi), by libabigail: beyond offsets and sizes it sees the
types of members, the parameters of functions and the values of enumerators. Members appended to a record with `size` are no
difference. Then the same comparison of headers with a deliberate change each, to show that it sees what it should.
abidiff.py <include folder>            compares
abidiff.py <include folder> --write    writes the golden file"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE / "contract.abi"
include = pathlib.Path(sys.argv[1])
for tool in ("abidiff", "abidw", "g++"):  # clang's debug information leaves out the parameters of some function pointers
    if not shutil.which(tool):
        print(f"SKIPPED: {tool} is not installed (abigail-tools, g++)")
        sys.exit(77)


def run(*words):
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)


def must(*words):
    done = run(*words)
    assert done.returncode == 0, f"{words}:\n{done.stdout}{done.stderr}"
    return done.stdout


def library(work, headers):
    """types.cpp built with the headers; no optimisation, no launcher, nothing of the machine."""
    (work / "records.inc").write_text(must(sys.executable, HERE / "records.py", headers))
    must("g++", "-std=c++20", "-g", "-gdwarf-4", "-O0", "-fPIC", "-shared", "-nostdlib", f"-ffile-prefix-map={HERE}=.",
         f"-I{headers}", f"-I{work}", HERE / "types.cpp", "-o", work / "libnebula-contract.so")
    return work / "libnebula-contract.so"


def members(golden):
    """The members of each record in the golden file, in order."""
    records = {}
    for record in xml.etree.ElementTree.parse(golden).iter("class-decl"):
        names = [member.get("name") for member in record.findall("data-member/var-decl")]
        if names:
            records[record.get("name")] = names
    return records


def cut_back(golden, headers, work):
    """A copy of the headers without what was appended to records with `size` since the golden file: it must equal that file.
    (libabigail's suppression of insertions at the end would also hide members that changed places or types.)"""
    copy = work / "cut"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(headers, copy)
    for path in copy.rglob("*.h"):
        text = path.read_text()
        for name, known in members(golden).items():
            body = re.search(rf"\bstruct\s+{name}\s*\{{\s*uint32_t size[;,].*?\n\}}", text, re.S)
            last = body and re.search(rf"^[^/\n]*\b{known[-1]}\b(?:[^;/]|//[^\n]*\n)*;(?:[ ]*//[^\n]*)?", body.group(), re.M)
            if last:
                text = text[: body.start() + last.end()] + "\n}" + text[body.end() :]
        path.write_text(text)
    return copy


def differences(work, golden, headers):
    """What abidiff reports, or an empty text."""
    done = run("abidiff", "--no-architecture", "--no-corpus-path", "--no-show-locs", golden,
               library(work, cut_back(golden, headers, work)))
    assert done.returncode & 3 == 0, f"abidiff itself failed:\n{done.stdout}{done.stderr}"  # bits 0 and 1: error, usage
    return done.stdout if done.returncode else ""


def dump(work, headers):
    return must("abidw", "--no-comp-dir-path", "--no-corpus-path", "--no-show-locs", "--no-architecture", "--type-id-style",
                "hash", library(work, headers))


# What is done to one header, and whether abidiff must report it.
CHANGES = [
    ("a member appended to a record with `size`", "svc/pow-algorithm.h", r"(height_max;\n)", r"\1   uint64_t later;\n", False),
    ("an enumerator appended", "abi.h", r"(NEB_E_DEVICE = -19)", r"\1, NEB_E_LATER = -20", False),
    ("two members of one size exchanged", "svc/pow-algorithm.h", r"(uint32_t digest_bytes;.*?\n)(   uint32_t nonce_bytes;.*?\n)",
     r"\2   \1", True),
    ("a member moved and one appended", "svc/pow-algorithm.h",
     r"(uint32_t digest_bytes;.*?\n)(   uint32_t nonce_bytes;.*?\n)(.*?height_max;\n)", r"\2   \1\3   uint64_t later;\n", True),
    ("a member inserted in the middle", "svc/pow-backend.h", r"(const char \*device;)", r"uint64_t later; \1", True),
    ("a member removed", "svc/pow-backend.h", r"\n   uint64_t device_ns;[^\n]*", "", True),
    ("a member with another type of the same size", "svc/pow-algorithm.h", r"int32_t digest_order", "uint32_t digest_order", True),
    ("a member appended to a record without `size`", "svc/pow-algorithm.h", r"(neb_bytes digest;)", r"\1 uint64_t later;", True),
    ("a function with one more parameter", "host.h", r"\(const neb_host \*self, uint32_t level, neb_str text\)",
     "(const neb_host *self, uint32_t level, neb_str text, int more)", True),
    ("a function with one more parameter, and a member appended", "svc/pow-backend.h",
     r"neb_pow_session \*session, uint64_t ticket\)(.*?neb_pow_telemetry \*out\);)",
     r"neb_pow_session *session, uint64_t ticket, int more)\1 void *later;", True),
    ("an enumerator with another value", "abi.h", r"NEB_E_BUSY = -6", "NEB_E_BUSY = -60", True),
]


def changed_headers(work, file, pattern, replacement):
    headers = work / "include"
    shutil.rmtree(headers, ignore_errors=True)
    shutil.copytree(include, headers)
    path = headers / "nebula" / file
    text, count = re.subn(pattern, replacement, path.read_text(), count=1, flags=re.S)
    assert count == 1, f"{file} has no {pattern}"
    path.write_text(text)
    return headers


with tempfile.TemporaryDirectory(prefix="nebula-abidiff-") as folder:
    work = pathlib.Path(folder)
    if sys.argv[2:] == ["--write"]:
        GOLDEN.write_text(dump(work, include))
        sys.exit(0)
    mistakes = []
    if report := differences(work, GOLDEN, include):
        mistakes.append(f"the headers differ from {GOLDEN.name}; a contract of /1 only grows at its end:\n{report}")
    now = work / "now.abi"
    now.write_text(dump(work, include))  # the proofs start from the headers as they are
    for what, file, pattern, replacement, reported in CHANGES:
        report = differences(work, now, changed_headers(work, file, pattern, replacement))
        print(f"{what}: {'reported' if report else 'no difference'}")
        if bool(report) != reported:
            mistakes.append(f"{what} must {'' if reported else 'not '}be reported\n{report}")
print("\n".join(mistakes))
sys.exit(1 if mistakes else 0)
