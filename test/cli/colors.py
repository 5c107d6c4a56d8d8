#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks for which outputs and environments cotrace colors its text."""

import glob
import os
import re

from support import COTRACE, CommandTest, Terminal, main

PLAIN = "exit_group(0)" + 27 * " " + "= ?\n+++ exited with 0 +++\n"
COLORED = ("\033[33mexit_group\033[0m(\033[35m0\033[0m)\033[0m" + 27 * " " + "\033[0m=\033[0m \033[32m?\033[0m\n"
           "\033[0m+++ \033[32mexited with 0\033[0m +++\033[0m\n")
SUBJECT = ("-e", "trace=exit_group", "true")


def environment(**changes):
    """The environment of this process with TERM=xterm, without the variables that control colors, and with `changes`. A
    change to None removes the variable."""
    made = {**os.environ, "TERM": "xterm"}
    for name in ("NO_COLOR", "STRACE_COLORS"):
        made.pop(name, None)
    for name, value in changes.items():
        made.pop(name, None)
        if value is not None:
            made[name] = value
    return made


class Colors(CommandTest):
    def on_terminal(self, *options, **changes):
        """The trace of SUBJECT if the output is a terminal."""
        terminal = Terminal(COTRACE, *options, *SUBJECT, folder=self.folder, environment=environment(**changes))
        self.addCleanup(terminal.close)
        status, text = terminal.wait()
        self.assertEqual(status, 0)
        return text.replace("\r\n", "\n")

    def in_pipe(self, *options, **changes):
        """The trace of SUBJECT if standard error is a pipe."""
        status, _, err = self.trace(*options, *SUBJECT, env=environment(**changes))
        self.assertEqual(status, 0)
        return err

    def test_a_terminal_gets_colors(self):
        for options in ((), ("--color=auto",), ("--color",), ("-o", "/dev/tty", "-qq")):
            with self.subTest(options):
                self.assertEqual(self.on_terminal(*options),
                                 COLORED if "-o" not in options else COLORED.split("\n")[0] + "\n")

    def test_the_environment_decides_about_colors(self):
        for changes in ({"NO_COLOR": ""}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "Unknown"}, {"TERM": ""},
                        {"TERM": None}):
            with self.subTest(changes):
                self.assertEqual(self.on_terminal(**changes), PLAIN)
                self.assertEqual(self.on_terminal("--color=always", **changes), COLORED)

    def test_never(self):
        self.assertEqual(self.on_terminal("--color=never"), PLAIN)

    def test_pipes_and_files_get_no_colors(self):
        self.assertEqual(self.in_pipe(), PLAIN)
        self.on_terminal("-o", self.path("trace"))
        self.assertEqual(self.contents("trace"), PLAIN)
        self.on_terminal("-ff", "-o", self.path("each"))
        (name,) = glob.glob(self.path("each.*"))
        self.assertEqual(self.contents(name), PLAIN)
        self.on_terminal("-o", "|cat >" + self.path("piped"))
        self.assertEqual(self.contents("piped"), PLAIN)

    def test_always_colors_pipes_and_files(self):
        self.assertEqual(self.in_pipe("--color=always"), COLORED)
        self.in_pipe("--color=always", "-o", self.path("trace"))
        self.assertEqual(self.contents("trace"), COLORED)
        self.in_pipe("--color=always", "-ff", "-o", self.path("each"))
        (name,) = glob.glob(self.path("each.*"))
        self.assertEqual(self.contents(name), COLORED)

    def test_other_formats_and_summaries_have_no_colors(self):
        for options in (("--format=json",), ("--format=uroot",), ("-c",)):
            with self.subTest(options):
                self.assertNotIn("\033", self.on_terminal(*options))
        self.assertNotIn("\033", self.in_pipe("--color=always", "-c"))

    def test_the_colors_can_be_changed(self):
        changed = self.on_terminal(STRACE_COLORS="SysCall = 1;33 :retval=:punct=36:foo=1")
        self.assertEqual(changed, COLORED.replace("\033[33m", "\033[1;33m")
                         .replace("\033[0m(", "\033[36m(").replace("\033[0m)", "\033[36m)").replace("\033[0m=", "\033[36m=")
                         .replace("\033[0m+++", "\033[36m+++").replace("\033[0m +++", "\033[36m +++"))

    def test_colors_do_not_change_the_text(self):
        words = ("-f", "-y", "-e", "trace=openat,mmap,fstat,newfstatat,wait4,clone,clone3,fork,vfork", "sh", "-c",
                 "ls / >/dev/null; kill -USR1 $$")
        _, _, err = self.trace("--color", *words, env=environment())
        self.assertIn("\033[34mO_RDONLY\033[35m", err)
        for line in err.splitlines():
            with self.subTest(line):
                self.assertRegex(line, r"\033\[0m$|: Process \d+ attached$")
        plain = re.sub(r"\033\[[0-9;]*m", "", err)
        self.assertNotIn("\033", plain)
        self.assertIn("--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=", plain)
        self.assertRegex(plain, r"openat\(AT_FDCWD<[^>]+>, \"/[^\"]+\", O_RDONLY\|O_CLOEXEC\) = \d+<[^>]+>\n")

    def test_a_wrong_word_is_refused(self):
        status, out, err = self.trace("--color=alwys", "true")
        self.assertEqual((status, out), (1, ""))
        self.assert_one_line(err, "invalid --color argument: 'alwys'; did you mean 'always'?")


if __name__ == "__main__":
    main()
