#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares the number of lines of the preprocessed public headers with that of Asio's headers. Lines are counted instead of
time, because the time of a compilation depends on the other load of the machine.

usage: include_cost.py INCLUDE_FOLDER COMPILER…
"""

import subprocess
import sys
import unittest
from pathlib import Path

FOLDER, *COMPILER = sys.argv[1:]
del sys.argv[1:]


def lines(*headers):
    text = "".join(f"#include <{each}>\n" for each in headers)
    command = [*COMPILER, "-std=c++20", "-E", "-P", "-I", FOLDER, "-x", "c++", "-"]
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout.count("\n")


class IncludeCost(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.asio = lines("boost/asio.hpp")

    def test_everything_is_less_than_asio(self):
        self.assertLess(lines("cotrace/cotrace.hpp"), 0.8 * self.asio)

    def test_the_headers_without_asio_are_about_half_of_asio(self):
        renderers = sorted(f"cotrace/render/{each.name}" for each in Path(FOLDER, "cotrace/render").glob("*.hpp"))
        self.assertLess(lines("cotrace/record.hpp", *renderers), 0.55 * self.asio)


if __name__ == "__main__":
    unittest.main()
