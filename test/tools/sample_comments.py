#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Prints a random sample of the comments, for a person to read. The hash of the last commit is the seed of the sample.
Comments that are only names of constants, such as "PR_SET_NAME", are left out.

usage: sample_comments.py TREE [COUNT]
"""

import random
import re
import subprocess
import sys
from pathlib import Path

from comments import all_comments

CONSTANTS = re.compile(r"[A-Z][A-Z0-9_]*(, [A-Z][A-Z0-9_]*)*")


def main():
    tree = Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    head = subprocess.run(["git", "-C", tree, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    found = [each for each in all_comments(tree) if not CONSTANTS.fullmatch(each[2])]
    print(f"{count} of {len(found)} comments at {head}")
    for path, line, text in sorted(random.Random(head).sample(found, count)):
        print(f"{path.relative_to(tree)}:{line}: {text}")


if __name__ == "__main__":
    main()
