#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs the complete programs in README.md and lib/doc/guide.md, and checks what they print.

usage: programs.py README GUIDE_MAIN
"""

import os
import signal
import sys

from support import CommandTest, main

README, GUIDE_MAIN = sys.argv[1:3]
del sys.argv[1:3]


class Programs(CommandTest):
    def test_the_program_of_the_readme(self):
        self.assertIn('openat(AT_FDCWD, "/etc/hostname", O_RDONLY) = 3\n', self.run_to_end(README)[1])

    def test_the_program_of_the_guide_ends_with_its_command(self):
        status, out, err = self.run_to_end(GUIDE_MAIN, env=os.environ | {"COMMAND": "exit 5"})
        self.assertEqual((status, err), (0, ""))
        self.assertTrue(out.endswith("+++ exited with 5 +++\n"), out)

    def test_the_program_of_the_guide_kills_its_command_at_sigint(self):
        program = self.start(GUIDE_MAIN, env=os.environ | {"COMMAND": "echo ready; exec sleep 1000"})
        while program.stdout.readline() != "ready\n":
            pass
        program.send_signal(signal.SIGINT)
        status, out, err = self.finish(program)
        self.assertEqual((status, err), (0, ""))
        self.assertTrue(out.endswith("+++ killed by SIGKILL +++\n"), out)


if __name__ == "__main__":
    main()
