#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails if the first words of a comment refer to something outside of the comment (BEGINNINGS), if a comment says
"whose" of a thread, a process, a call or a file, or if an identifier is a metaphor for something that has a plain name
(NAMES).

usage: check_language.py TREE
"""

import re
import sys
from pathlib import Path

from check_tree import files_of
from comments import all_comments, mark_of

BEGINNINGS = ("The same", "Of ", "Who ", "Whose ", "As above")
# Identifiers that must not be used, each with the name to use instead.
NAMES = {
    "crowd": "target_set",
    "newcomers": "new_members",
    "patience": "slice_factor",
    "seat": "assigned_cpu",
    "still_ours": "leftover_kind",
    "strangers": "other processes",
    "thrown_text": "exception_text",
}
IDENTIFIER = re.compile(r"\b(" + "|".join(NAMES) + r")\b")
WHOSE = re.compile(r"\b(thread|process|call|file)(?:s|es)?,? whose\b")


def without_text(line, mark):
    """A line of code without its comment, which begins with `mark`, and without its literals."""
    return re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', '""', line).split(mark)[0]


def main():
    tree = Path(sys.argv[1]).resolve()
    complaints = []
    for path, line, text in all_comments(tree):
        for each in BEGINNINGS:
            if text.startswith(each):
                complaints.append(f"{path.relative_to(tree)}:{line}: a comment begins with '{each.strip()}'")
        if found := WHOSE.search(text):
            complaints.append(f"{path.relative_to(tree)}:{line}: '{found[0]}'")
    for path in files_of(tree):
        if (mark := mark_of(path)) is not None:
            for number, line in enumerate(path.read_text().splitlines(), 1):
                for found in IDENTIFIER.finditer(without_text(line, mark)):
                    complaints.append(f"{path.relative_to(tree)}:{number}: '{found[0]}': call it {NAMES[found[0]]}")
    print(*complaints, sep="\n", end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
