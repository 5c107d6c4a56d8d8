#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests the text of --help: its width, its topics, and the examples at its end."""

import os
import re
import subprocess

from support import COTRACE, CommandTest, Terminal, main, need

TOPICS = ("trace", "inject", "quiet", "status", "decode", "format", "summary", "effects", "exit")


class Help(CommandTest):
    def help(self, option="--help", columns=None):
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        if columns is not None:
            environment["COLUMNS"] = columns
        status, out, err = self.trace(option, env=environment)
        self.assertEqual((status, err), (0, ""))
        return out

    def longest(self, text):
        return max(len(line) for line in text.splitlines())

    def test_without_a_terminal_it_has_80_columns(self):
        self.assertIn(self.longest(self.help()), range(75, 81))
        self.assertEqual(self.help(), self.help(columns="80"))
        self.assertEqual(self.help("-h"), self.help())

    def test_columns_in_the_environment(self):
        self.assertIn(self.longest(self.help(columns="60")), range(55, 61))
        for wrong in ("", "0", "-5", "x", "60x"):
            self.assertEqual(self.help(columns=wrong), self.help(columns="80"), wrong)

    def test_the_least_and_the_greatest_width(self):
        self.assertEqual(self.help(columns="1"), self.help(columns="40"))
        self.assertEqual(self.help(columns="1000"), self.help(columns="120"))
        self.assertLessEqual(self.longest(self.help(columns="1")), 40)

    def test_the_width_of_the_terminal(self):
        need("stty")
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        for set_columns, width in (("", 60), ("export COLUMNS=100; ", 100)):
            terminal = Terminal("sh", "-c", f'stty cols 60; {set_columns}exec "$0" --help', COTRACE, environment=environment)
            self.addCleanup(terminal.close)
            status, out = terminal.wait()
            self.assertEqual(status, 0)
            self.assertEqual(out.replace("\r\n", "\n"), self.help(columns=str(width)))

    def test_it_ends_with_five_examples(self):
        examples = self.help().split("\nExamples:\n")[1]
        self.assertEqual(len(re.findall(r"^  cotrace ", examples, re.M)), 5)

    def test_it_names_the_topics_in_one_line(self):
        self.assertRegex(self.help(), r"(?m)^ *-h, --help\[=" + r"\|".join(TOPICS) + r"\]$")

    def test_topics(self):
        texts = {topic: self.help(f"--help={topic}") for topic in TOPICS}
        self.assertEqual(len(set(texts.values())), len(TOPICS))
        for topic, text in texts.items():
            self.assertLessEqual(self.longest(text), 80)
            self.assertGreater(text.count("\n"), 5, topic)
        for part, topic in (("%statfs_like", "trace"), ("poke_enter=", "inject"), ("path-resolution", "quiet"),
                            ("unavailable", "status"), ("signalfd", "decode"), ("json,entries", "format"),
                            ("wall-avg", "summary"), ("PR_GET_SECCOMP", "effects"), ("127", "exit")):
            self.assertIn(part, texts[topic])
        self.assertEqual(self.help("--help=fault"), texts["inject"])
        self.assertEqual(self.help("--help=filter"), texts["trace"])

    def test_what_tracing_changes(self):
        text = " ".join(self.help("--help=effects").split())
        for part in ("PR_GET_SECCOMP) returns 2", "strict mode", "EBUSY", "EINTR", "SA_RESTART", "--in-kernel-filter=never"):
            self.assertIn(part, text)

    def test_a_wrong_topic_is_refused(self):
        status, out, err = self.trace("--help=injct")
        self.assertEqual((status, out), (1, ""))
        self.assert_one_line(err, "'injct'; did you mean 'inject'? The topics are " + ", ".join(TOPICS))

    def test_a_topic_cannot_be_written(self):
        for option in ("--help", "--help=trace"):
            with open("/dev/full", "w") as full:
                done = subprocess.run([COTRACE, option], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("No space left on device", done.stderr)


if __name__ == "__main__":
    main()
