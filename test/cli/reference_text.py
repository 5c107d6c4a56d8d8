#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares cotrace's text with the recorded text of the newest strace. Nearly all lines of each topic must be equal.

The recorded text is not a part of this project. The test looks for a folder shared/oracle beside the project's folder,
and beside each folder above it. If there is no such folder, the test is skipped. If you change the text that cotrace
prints, run shared/oracle/compare.py: it knows many more variants of options than this test, and shows the lines that
differ.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import support

WANTED = 99.5      # at least this percentage of all lines must be equal
WANTED_EACH = 98   # at least this percentage of the lines of each topic in each variant must be equal
VARIANTS = ("plain", "N")
# For some topics and variants, a limit lower than WANTED_EACH, with the reason.
LOWER = {
    ("time", "N"): (97, "strace writes the name of the argument of times(2) twice"),
}
RESULT = re.compile(r"^(\w+) +(\w+) +(\d+) of +(\d+)", re.M)


def reference():
    for folder in Path(__file__).resolve().parents[2].parents:
        if (folder / "shared/oracle/compare.py").exists():
            return folder / "shared/oracle"
    return None


class ReferenceText(support.CommandTest):
    def test_topics(self):
        short = "COTRACE_SHORT" in os.environ
        compared = subprocess.run(
            [sys.executable, REFERENCE / "compare.py", support.COTRACE, "--variant", VARIANTS[0] if short else ",".join(VARIANTS)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        results = RESULT.findall(compared.stdout)
        self.assertTrue(results, compared.stdout)
        for topic, variant, same, count in results:
            wanted, _ = LOWER.get((topic, variant), (WANTED_EACH, ""))
            with self.subTest(f"{topic}, {variant}"):
                self.assertGreaterEqual(100 * int(same) / int(count), wanted)
        same, count = (sum(int(each[place]) for each in results) for place in (2, 3))
        print(f"{same} of {count} lines equal ({100 * same / count:.2f} %)")
        self.assertGreaterEqual(100 * same / count, WANTED)


REFERENCE = reference()
if __name__ == "__main__":
    if not REFERENCE:
        print("no recorded text to compare with: shared/oracle is not beside the project")
        sys.exit(77)
    support.main()
