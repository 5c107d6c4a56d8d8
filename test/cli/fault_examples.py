#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks the verdicts of the examples that make system calls fail: fault_sweep and flaky_disk."""

import os
import re

from support import BUILD, CommandTest, main, need

EXAMPLES = os.path.realpath(os.environ.get("COTRACE_EXAMPLES", f"{BUILD}/app/examples"))


def example(name):
    return os.path.join(EXAMPLES, name)


class FaultSweep(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("out.txt", "old\n")

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def sweep(self, *words, **options):
        status, out, err = self.run_to_end(example("fault_sweep"), *words, **options)
        self.assertEqual(err, "")
        self.assertRegex(out, r"(?m)^fault sweep of .*: [1-9][0-9]* calls? that can fail, [1-9][0-9]* cases")
        return status, out

    def test_the_program_that_writes_safely_passes(self):
        status, out = self.sweep("-i", "out.txt", example("writes_safely"), "out.txt", "new")
        self.assertEqual(status, 0, out)
        for call in ("write", "fsync", "rename"):   # the sweep must have made these calls fail
            self.assertIn(f" {call}(", self.sweep("-v", "-i", "out.txt", example("writes_safely"), "out.txt", "new")[1])

    def test_the_program_that_writes_carelessly_fails(self):
        status, out = self.sweep("-i", "out.txt", example("writes_carelessly"), "out.txt", "new")
        self.assertEqual(status, 1)
        self.assertRegex(out, r"claimed success after .*ENOSPC.* from the 1st write\n"
                              r"    write\(3, \"new\", 3\) = 3\n    exit status 0, but out.txt differs\n")
        self.assertRegex(out, r"claimed success after .*EIO.* from the 1st close\n")
        self.assertNotIn("crashed", out)

    def test_one_command_repeats_a_case(self):
        _, out = self.sweep("-i", "out.txt", example("writes_carelessly"), "out.txt", "new")
        index, command = re.search(r"^repeat a case: COTRACE_SWEEP_ONLY=([0-9]+) (.*)$", out, re.M).groups()
        status, out, err = self.run_to_end("sh", "-c", f"COTRACE_SWEEP_ONLY={index} {command}")
        self.assertEqual((status, err), (1, ""))
        self.assertIn(", 1 of them run\n  1 claimed success\n", out)
        self.assertIn(f"\ncase {index}: claimed success after ", out)

    def test_real_programs(self):
        self.write("fruit", "pear\napple\nfig\n")
        need("cp", "sort")
        for words in (("cp", "fruit", "copy"), ("sort", "-o", "fruit", "fruit")):
            status, out = self.sweep("-i", "fruit", *words, env=dict(os.environ, LC_ALL="C"))
            self.assertIn(status, (0, 1), out)   # the verdict depends on the version of the program
            self.assertRegex(out, r"\n  [1-9][0-9]* refused, ")

    def test_a_sweep_that_cannot_run_gives_the_reason(self):
        status, out, err = self.run_to_end(example("fault_sweep"), "/no/such/program")
        self.assertEqual((status, out), (2, ""))
        self.assertIn("No such file or directory", err)

    def test_a_wrong_list_of_cases_gives_the_reason(self):
        status, out, err = self.run_to_end(example("fault_sweep"), "true", env=dict(os.environ, COTRACE_SWEEP_ONLY="x"))
        self.assertEqual((status, out), (2, ""))
        self.assertIn("COTRACE_SWEEP_ONLY is not a list of case numbers: 'x'", err)


class FlakyDisk(CommandTest):
    def run_with_faults(self, tries):
        return self.run_to_end(example("flaky_disk"), "log", example("keeps_a_log"), "log", tries)[:2]

    def test_a_program_that_retries_copes(self):
        self.assertEqual(self.run_with_faults("3"), (0, "coped: log is complete\n"))

    def test_a_program_that_gives_up_is_reported(self):
        self.assertEqual(self.run_with_faults("1"), (0, "gave up: status 1\n"))

    def test_a_program_that_ignores_errors_loses_data(self):
        self.assertEqual(self.run_with_faults("0"), (1, "lost data: 91 bytes of 151, and the same end\n"))


if __name__ == "__main__":
    main()
