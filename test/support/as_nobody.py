#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs a program without privileges: as_nobody.py PROGRAM ARGUMENT…

The program gets the user and group 65534, no other groups, no capabilities, and a new empty working folder. The environment
variables HOME and TMPDIR are removed. The exit status is 77 if this is not possible: this process is not root, or other
users cannot reach the program. Otherwise the exit status is that of the program, or 128 plus the number of the signal that
killed the program.
"""

import os
import subprocess
import sys
import tempfile

NOBODY = 65534


def main():
    if os.geteuid() != 0:
        print("skipped: only root can become another user; without root, the other suites run without privileges too")
        return 77
    words = [os.path.realpath(sys.argv[1])] + sys.argv[2:]
    environment = {name: value for name, value in os.environ.items() if name not in ("HOME", "TMPDIR")}
    with tempfile.TemporaryDirectory(prefix="cotrace-nobody.") as folder:
        os.chown(folder, NOBODY, NOBODY)
        try:
            # A change from root to another user clears all capabilities, see capabilities(7).
            return subprocess.run(words, user=NOBODY, group=NOBODY, extra_groups=[], cwd=folder,
                                  env=environment, check=False).returncode
        except PermissionError as denied:
            print(f"skipped: other users cannot reach the program: {denied}")
            return 77


if __name__ == "__main__":
    status = main()
    sys.exit(status if status >= 0 else 128 - status)
