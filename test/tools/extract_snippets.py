#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Writes each C++ snippet of a document to a file of its own, so that a test can include the snippet.

usage: extract_snippets.py DOCUMENT FOLDER NAME.inc…

A line `<!-- snippet: NAME -->` before a snippet gives the name of its file, NAME.inc. A snippet after a line `<!-- not
compiled: REASON -->` is not written. Fails if a snippet has neither of these lines before it, or if the written files
are not exactly those that the command line names.
"""

import re
import sys
from pathlib import Path

BEGIN = re.compile(r"<!-- snippet: (\w+) -->")
LEFT_OUT = re.compile(r"<!-- not compiled: .+ -->")


def snippets(document):
    """Yields (name, number of the first line, text) for each snippet."""
    name, begun, lines, left_out = None, 0, None, False
    for number, line in enumerate(document.read_text().splitlines(), 1):
        if lines is not None:
            if line == "```":
                if not left_out:
                    yield name, begun, "\n".join(lines)
                name, lines = None, None
            else:
                lines.append(line)
        elif line == "```cpp":
            if name is None and not left_out:
                sys.exit(f"{document}:{number}: this snippet has no name")
            begun, lines = number + 1, []
        else:
            found = BEGIN.fullmatch(line)
            name = found[1] if found else None
            left_out = LEFT_OUT.fullmatch(line) is not None


def main():
    document, folder, expected = Path(sys.argv[1]), Path(sys.argv[2]), set(sys.argv[3:])
    written = set()
    for name, line, text in snippets(document):
        file = f"{name}.inc"
        (folder / file).write_text(f'#line {line} "{document.name}"\n{text}\n')
        written.add(file)
    if written != expected:
        sys.exit(f"{document}: snippets {sorted(written)}, but the build expects {sorted(expected)}")


if __name__ == "__main__":
    main()
