#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails if the source tree has an unknown file at the top, a source without an SPDX
line, a mark of unfinished work, or white space at the end of a line.

usage: check_tree.py TREE
"""

import re
import subprocess
import sys
from pathlib import Path

TOP = {"LICENSE", "README.md", "app", "lib", "meson.build", "meson_options.txt", "subprojects", "test"}
SOURCES = {".bash", ".build", ".c", ".cpp", ".h", ".hpp", ".py", ".txt", ".wrap", ".yml"}
# The second licence is that of BPF programs: the kernel offers some helpers only to programs under the GPL.
SPDX = re.compile(r"^(//|#) SPDX-License-Identifier: (BSL-1\.0|BSD-2-Clause OR GPL-2\.0-only)$")
CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")


def files_of(tree):
    """The files that git tracks or would add. Outside a checkout, all files except in build and hidden folders."""
    asked = subprocess.run(
        ["git", "-C", tree, "-c", f"safe.directory={tree}", "ls-files", "-coz", "--exclude-standard"],
        capture_output=True, text=True, check=False) if (tree / ".git").exists() else None
    if asked is not None and asked.returncode == 0:
        names = [tree / name for name in asked.stdout.split("\0") if name]
    else:
        names = [path for path in tree.rglob("*")
                 if not any(part.startswith("build") or part.startswith(".")
                            for part in path.relative_to(tree).parts[:1])]
    return sorted({path for path in names if path.is_file()})


def is_source(path, text):
    return path.suffix in SOURCES or text.startswith("#!")


def check_file(path):
    """Yields (line, complaint) for each fault of a file."""
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if CONFLICT.search(line):
            yield number, "unresolved merge"
    if not is_source(path, text):
        return
    first = 1 if text.startswith("#!") else 0
    if len(lines) <= first or not SPDX.match(lines[first]):
        yield first + 1, "no SPDX-License-Identifier line"
    if not text.endswith("\n"):
        yield len(lines), "no newline at the end"
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield number, "white space at the end of the line"
        if UNFINISHED.search(line):
            yield number, "unfinished work"


def main():
    tree = Path(sys.argv[1]).resolve()
    files = files_of(tree)
    complaints = [] if files else [f"{tree}: no files found"]
    tops = {path.relative_to(tree).parts[0] for path in files}
    complaints += [f"{name}: does not belong at the top" for name in sorted(tops)
                   if name not in TOP and not name.startswith(".")]
    for path in files:
        complaints += [f"{path.relative_to(tree)}:{line}: {what}" for line, what in check_file(path)]
    print(*complaints, sep="\n", end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
