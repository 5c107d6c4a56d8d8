#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails if the page on the design names a function or a member that the sources do not have, if it leaves out a public
header, or if a public class has no documentation.

usage: check_documentation.py TREE
"""

import re
import sys
from pathlib import Path

from check_tree import files_of

PAGE = "lib/doc/design.md"
OTHER_LIBRARIES = {"asio"}
CLASS = re.compile(r"^ *(?:class|struct|enum class) (\w+)\b(?! *<)[^;]*\{$")
NAME = re.compile(r"\b(?:\w+::)*(\w+)::(\w+)")


def is_declared(scope, member, texts):
    """Whether a source mentions `scope::member`, or declares both `scope` and `member`."""
    qualified = re.compile(rf"\b{scope}::{member}\b")
    if any(qualified.search(text) for text in texts):
        return True
    declares_scope = re.compile(rf"\b(?:class|struct|namespace)(?: \w+::)? {scope}\b")
    declares_member = re.compile(rf"\b{member}(?:\(| = |\{{|;|,)")
    return any(declares_scope.search(text) and declares_member.search(text) for text in texts)


def undocumented(lines):
    """Yields (line number, name) for each class without a doc comment, except private classes. `lines` are the lines of a
    header."""
    is_private = False
    for number, line in enumerate(lines, 1):
        if line in ("private:", "};"):
            is_private = line == "private:"
        found = CLASS.match(line)
        if not found or is_private:
            continue
        before = number - 2
        while lines[before].strip().startswith(("template", "requires")):
            before -= 1
        if not lines[before].strip().startswith("///"):
            yield number, found[1]


def check_page(page, texts):
    """Yields (line number, name) for each `scope::member` on the page that the sources do not have."""
    for number, line in enumerate(page.splitlines(), 1):
        for found in NAME.finditer(line):
            if found[1] not in OTHER_LIBRARIES and not is_declared(found[1], found[2], texts):
                yield number, found[0]


def main():
    tree = Path(sys.argv[1]).resolve()
    page = (tree / PAGE).read_text()
    texts = [path.read_text() for path in files_of(tree)
             if path.suffix in (".hpp", ".cpp") and path.relative_to(tree).parts[0] in ("app", "lib")]
    complaints = [f"{PAGE}:{number}: the sources have no {name}" for number, name in check_page(page, texts)]
    listed = set(re.findall(r"\w+", " ".join(re.findall(r"lib/include/cotrace/\{([^}]*)\}", page))))
    for path in sorted((tree / "lib/include/cotrace").glob("*.hpp")):
        if path.stem not in listed:
            complaints.append(f"{PAGE}: the table of layers leaves out {path.name}")
    for path in sorted((tree / "lib/include/cotrace").rglob("*.hpp")):
        if path.parent.name not in ("detail", "impl"):
            complaints += [f"{path.relative_to(tree)}:{number}: {name} has no documentation"
                           for number, name in undocumented(path.read_text().splitlines())]
    print(*complaints, sep="\n", end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
