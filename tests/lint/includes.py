#!/usr/bin/env python3
"""Who may include whom: plugin-api nothing of ours; host only plugin-api; an algorithm or plugin only plugin-api, its own folder
and the common folder of its kind. Tests may include anything."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
pattern = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.M)
FOLDERS = ("host", "plugins", "algorithms", "tests")


def owner(path):
    """The house a file belongs to: 'plugin-api', 'host', 'plugins/chain', ..."""
    parts = path.relative_to(root).parts
    return "/".join(parts[:2]) if parts[0] in ("plugins", "algorithms") else parts[0]


def allowed(house):
    if house == "plugin-api":
        return {"plugin-api"}
    if house == "host":
        return {"plugin-api", "host"}
    kind = house.split("/")[0]
    return {"plugin-api", house, f"{kind}/common", "plugins/common"}


def target(path, name):
    """The house an include leads into, or None for what is not ours."""
    for base in (path.parent, root):
        found = (base / name).resolve()
        if found.is_file() and root in found.parents:
            return owner(found)
    if name.startswith("nebula/"):
        return "plugin-api"
    if name.split("/")[0] in FOLDERS:
        return name.split("/")[0]
    return None


mistakes = []
for folder in ("plugin-api", "host", "plugins", "algorithms"):
    for path in sorted((root / folder).rglob("*")):
        if path.suffix not in (".h", ".hpp", ".c", ".cpp") or "templates" in path.parts:
            continue
        house = owner(path)
        for name in pattern.findall(path.read_text(encoding="utf-8")):
            leads_to = target(path, name)
            if leads_to is not None and leads_to not in allowed(house):
                mistakes.append(f"{path.relative_to(root)}: includes \"{name}\" of {leads_to}; "
                                f"{house} may include only {', '.join(sorted(allowed(house)))}")
print("\n".join(mistakes))
sys.exit(1 if mistakes else 0)
