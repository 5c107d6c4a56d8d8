#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that clang-format 14 changes no C or C++ file.

usage: check_format.py TREE

clang-format keeps lines within the ColumnLimit of .clang-format, except strings and names that cannot be broken, and
parts of files with `clang-format off`. check_tree.py checks the lengths of lines, except the rows of tables.
"""

import subprocess
import sys
from pathlib import Path


def main():
    tree = Path(sys.argv[1]).resolve()
    files = sorted(
        path for part in ("lib", "app", "test") for kind in ("*.c", "*.cpp", "*.h", "*.hpp") for path in (tree / part).rglob(kind))
    ok = True
    for first in range(0, len(files), 50):
        run = subprocess.run(["clang-format-14", "--dry-run", "--Werror", "--style=file", *files[first:first + 50]],
                             check=False)
        ok = ok and run.returncode == 0
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
