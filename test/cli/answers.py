#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests the answers that cotrace prints in place of the trace or after it (--top, --histogram, -c with --by or with
quantiles), and --longer-than."""

import re
import sys

from support import CommandTest, main

SLEEPS = "sleep 0.03; sleep 0.06; exit 3"


class Answers(CommandTest):
    def answer(self, *words, status=0):
        got, self.out, err = self.trace("-o", "answer", *words)
        self.assertEqual(got, status, err)
        return self.contents("answer")

    def rows(self, text):
        """The rows of a summary, without the row of sums. Each row is a list of cells. The last cell may have spaces."""
        lines = text.split("\n")
        rules = [at for at, line in enumerate(lines) if line.startswith("---")]
        columns = len(lines[rules[0]].split())
        return [line.split(None, columns - 1) for line in lines[rules[0] + 1:rules[1]]]

    def test_the_slowest_calls_have_their_arguments(self):
        text = self.answer("--format=text", "--syscall-times=ns", "--top=3", "-f", "-e", "trace=clock_nanosleep,wait4,execve", "sh",
                           "-c", SLEEPS, status=3)
        trace, _, table = text.partition(" slowest calls\n")
        took = sorted((float(each) for each in re.findall(r" <(\d+\.\d+)>$", trace, re.M)), reverse=True)
        lines = table.splitlines()
        self.assertEqual(len(lines), 3)
        for line, time in zip(lines, took):
            self.assertRegex(line, r"^ +\d+\.\d{6} +\d+ (clock_nanosleep\(CLOCK_REALTIME, 0|wait4\(-1|execve\(\").*\) = \d+$")
            self.assertAlmostEqual(float(line.split()[0]), time, delta=0.000001)

    def test_answers_replace_the_trace_unless_the_trace_is_asked_for(self):
        self.assertNotIn("+++", self.answer("--top", "true"))
        for words in (("-C", "--top=1"), ("--format=text", "--top=1")):
            text = self.answer("-e", "trace=execve", *words, "true")
            self.assertTrue(text.startswith("execve("), text)
            self.assertRegex(text, r"slowest calls\n +\d\.\d+ +\d+ execve\(.*\) = 0\n$")
        text = self.answer("-c", "--top=1", "--histogram", "-e", "trace=execve", "true")
        summary, slowest, histogram = text.split("\n\n")
        self.assertTrue(summary.startswith("% time "), text)
        self.assertIn("slowest calls\n", slowest)
        self.assertRegex(histogram, r"^all calls: 1 calls, .*\n.* 1 #+\n$")

    def test_filters_apply(self):
        self.assertEqual(self.answer("--top", "-Z", "-e", "trace=execve", "true").count("\n"), 1)
        text = self.answer("--top", "--where", 'error == ENOENT && path ~ "/no/*"', "cat", "/no/such", "/no/other", status=1)
        self.assertEqual(sorted(re.findall(r'"(/no/\w+)"', text)), ["/no/other", "/no/such"])

    def test_histograms_have_all_calls(self):
        text = self.answer("--histogram", "-f", "sh", "-c", "true; /bin/true")
        total = int(re.match(r"all calls: (\d+) calls, median ", text)[1])
        self.assertEqual(sum(int(line.split()[5]) for line in text.splitlines()[1:]), total)
        text = self.answer("--histogram=openat,execve", "-f", "sh", "-c", "/bin/true; exec /bin/true")
        self.assertEqual(re.findall(r"^(\w+): (\d+) calls", text, re.M).count(("execve", "3")), 1)
        self.assertNotIn("read:", text)

    def test_longer_than_selects_calls(self):
        text = self.answer("--longer-than=20ms", "-f", "-qq", "-e", "signal=none", "sh", "-c", SLEEPS, status=3)
        calls = [line.split(None, 1)[1] for line in text.splitlines()]
        self.assertEqual(sum("tv_nsec=30000000" in line for line in calls), 1)
        self.assertEqual(sum("tv_nsec=60000000" in line for line in calls), 1)
        self.assertNotIn("exit_group", text)
        rows = self.rows(self.answer("--longer-than=20ms", "-f", "-c", "-U", "calls,name", "sh", "-c", SLEEPS, status=3))
        self.assertIn(["2", "clock_nanosleep"], rows)
        self.assertEqual(self.answer("--longer-than=1000s", "-f", "-c", "sh", "-c", SLEEPS, status=3), "")

    def test_a_summary_with_quantiles(self):
        text = self.answer("-c", "-f", "-w", "-U", "p50,p95,p99,max,calls,name", "-S", "p99", "-e", "trace=clock_nanosleep", "sh", "-c",
                           SLEEPS, status=3)
        self.assertEqual(text.split("\n")[0].split(), ["p50", "p95", "p99", "longest", "calls", "syscall"])
        p50, p95, p99, longest, calls, name = self.rows(text)[0]
        self.assertEqual((calls, name), ("2", "clock_nanosleep"))
        self.assertLessEqual(0.03, float(p50))
        self.assertLessEqual(0.06, float(p95))
        self.assertEqual((p95, p99), (longest, longest))

    def test_a_summary_by_path(self):
        self.write("data", "x" * 5000)
        rows = self.rows(self.answer("-c", "--by=path", "-U", "calls,errors,name", "sh", "-c", "cd /; cat <$0 >/dev/null; : </dev/null",
                                     self.path("data")))
        by_path = {row[-1]: row for row in rows}
        self.assertIn(self.path("data"), by_path)
        self.assertIn("(none)", by_path)

    def test_a_relative_path_has_the_row_of_the_file(self):
        self.write("data", "x")
        rows = self.rows(self.answer("-c", "--by=path", "-U", "calls,name", "-e", "trace=openat,read,close", "cat", "data"))
        self.assertIn(["4", self.path("data")], rows)   # the 4 calls are openat, two reads and close

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def test_a_summary_by_process_and_by_error(self):
        rows = self.rows(self.answer("-c", "-f", "--by=process", "-U", "calls,name", "sh", "-c", "/bin/true; /bin/echo >/dev/null"))
        self.assertEqual(sorted(row[-1].split()[1] for row in rows), ["echo", "sh", "true"])
        rows = {row[-1]: row for row in self.rows(self.answer(
            "-c", "--by=error", "-U", "calls,errors,name", "-e", "trace=/^(open|stat|newfstat)", "cat", "/none", status=1))}
        self.assertEqual(rows["ENOENT"][0], rows["ENOENT"][1])
        self.assertGreater(int(rows["ENOENT"][0]), 0)
        self.assertEqual(len(rows["(none)"]), 2)

    def test_a_summary_by_address(self):
        script = ("import socket; s = socket.create_server(('127.0.0.1', 0)); c = socket.create_connection(s.getsockname());"
                  "c.sendall(b'x'); print(s.getsockname()[1], end='')")
        rows = self.rows(self.answer("-c", "--by=address", "-U", "calls,name", sys.executable, "-I", "-c", script))
        by_address = {row[-1]: int(row[0]) for row in rows}
        self.assertGreaterEqual(by_address[f"127.0.0.1:{self.out}"], 2)   # the calls are connect and sendto

    def test_several_commands(self):
        text = self.answer("--top=2", "-e", "trace=execve", "--run", "true", "--run", "/bin/echo")
        self.assertRegex(text, r"\[1 true\] execve")
        self.assertRegex(text, r"\[2 echo\] execve")


if __name__ == "__main__":
    main()
