#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The line of a restart_syscall(2) names the call that it continues, even if cotrace does not print that call. cotrace does
not know the call if a filter in the kernel has left it out."""

import os
import platform
import re
import signal

from support import CommandTest, main, wait_until


class Restarts(CommandTest):
    def setUp(self):
        super().setUp()
        if platform.machine() != "x86_64":
            self.skipTest("the numbers of calls are those of x86_64")

    def resumed(self, *options):
        """Stops and continues a traced sleep(1), which then calls restart_syscall(2). Returns the name of the call that
        the line of restart_syscall(2) shows."""
        process = self.cotrace("-o", "t", *options, "sh", "-c", "echo $$; exec sleep 60")
        sleeper = int(process.stdout.readline())

        def is_asleep():
            with open(f"/proc/{sleeper}/syscall") as file:   # the file has the number of the call that the process is in
                return file.read().split()[0] in ("35", "230")   # the numbers of nanosleep and clock_nanosleep

        self.assertTrue(wait_until(is_asleep))   # a stop before the sleep would not interrupt it
        os.kill(sleeper, signal.SIGSTOP)
        self.assertTrue(wait_until(lambda: "--- stopped by SIGSTOP ---" in self.contents("t")))
        os.kill(sleeper, signal.SIGCONT)
        self.assertTrue(wait_until(lambda: "resuming interrupted" in self.contents("t")))
        os.kill(sleeper, signal.SIGKILL)
        self.assertEqual(self.finish(process)[0], -signal.SIGKILL)
        found = re.findall(r"restart_syscall\(<\.\.\. resuming interrupted (.*?) \.\.\.>", self.contents("t"))
        self.assertEqual(len(found), 1)
        return found[0]

    def test_the_name_of_the_interrupted_call(self):
        for options in ((), ("-f",), ("-e", "trace=restart_syscall")):
            with self.subTest(options):
                self.assertIn(self.resumed(*options), ("nanosleep", "clock_nanosleep"))

    def test_a_call_that_the_kernel_left_out(self):
        self.assertEqual(self.resumed("-f", "-e", "trace=restart_syscall,write"), "system call")


if __name__ == "__main__":
    main()
