#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Reads the output of --format=rows and --format=csv with Python's modules json and csv, and compares it with the text trace
of the same command."""

import collections
import csv
import json
import os
import re
import signal
import subprocess

from support import LIMIT, CommandTest, guest, main, need

COLUMNS = ["start_ns", "duration_ns", "host", "pid", "tid", "comm", "syscall", "args", "path", "fd", "error", "return", "class", "stack"]
INTEGERS = ["start_ns", "duration_ns", "pid", "tid", "fd", "return"]

# The parts of a call that the formats text, rows and csv all show.
Call = collections.namedtuple("Call", "name args result error")


def without_addresses(text):
    """`text` without addresses and numbers of pipes and sockets, which differ from run to run."""
    return re.sub(r"0x[0-9a-f]{6,}|(?:pipe|socket):\[\d+\]", "DIFFERENT", text)


def number(word):
    return None if word == "?" else int(word.split("<")[0], 0)


class Rows(CommandTest):
    def traced(self, *words, status=0):
        """Runs cotrace with -o t, and returns the path of the file."""
        got, _, err = self.trace("-o", "t", *words)
        self.assertEqual((got, err.replace("cat: /no: No such file or directory\n", "")), (status, ""))
        return self.path("t")

    def rows(self, *words, status=0):
        with open(self.traced("--format=rows", *words, status=status), "rb") as file:
            text = file.read().decode("utf-8", errors="strict")
        self.assertTrue(text.endswith("\n"))
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def csv(self, *words, status=0):
        """The rows of a CSV. Integers are converted, and an empty field of a column of integers is None."""
        with open(self.traced("--format=csv", *words, status=status), newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file, strict=True))
        for row in rows:
            for column in INTEGERS:
                row[column] = int(row[column]) if row[column] else None
        return rows

    def calls_in_text(self, *words, status=0):
        calls = []
        with open(self.traced("-a", "1", *words, status=status)) as file:
            for line in file:
                if match := re.match(r"(?:\d+ +)?(\w+)\((.*)\) = (\S+)(?: (E\w+))?", line):
                    calls.append(Call(match[1], without_addresses(match[2]), number(match[3]), match[4] or ""))
        return calls

    def assert_same_calls(self, *words, status=0):
        wanted = self.calls_in_text(*words, status=status)
        self.assertGreater(len(wanted), 5)
        for rows in (self.rows(*words, status=status), self.csv(*words, status=status)):
            seen = [Call(row["syscall"], without_addresses(row["args"]), row["return"], row["error"]) for row in rows]
            for one, other in zip(wanted, seen):
                if one.name in ("mmap", "brk"):
                    one, other = one._replace(result=0), other._replace(result=0)
                self.assertEqual(one, other)
            self.assertEqual(len(wanted), len(seen))


class Content(Rows):
    def test_each_line_has_all_columns_in_order(self):
        rows = self.rows("-f", "sh", "-c", "cat /no /dev/null; exit 0")
        for row in rows:
            self.assertEqual(list(row), COLUMNS)
            for column, is_now in row.items():
                kinds = (int, type(None)) if column in ("fd", "return") else int if column in INTEGERS else str
                self.assertIsInstance(is_now, kinds, column)
        self.assertEqual({row["host"] for row in rows}, {os.uname().nodename})
        with open(self.traced("--format=csv", "true"), "rb") as file:
            text = file.read()
        self.assertEqual(text.split(b"\r\n")[0].decode(), ",".join(COLUMNS))
        self.assertEqual(text.count(b"\n"), text.count(b"\r\n"))

    def test_the_calls_are_those_of_the_text(self):
        without = "trace=!getrandom,rseq,set_tid_address,clock_gettime"
        self.assert_same_calls("-e", without, "cat", "/no", "/dev/null", status=1)
        self.assert_same_calls("-e", "trace=%file,%desc,exit_group", "-y", "-s", "5", "ls", "-l", "/etc/passwd")
        self.assert_same_calls("-Z", "cat", "/no", status=1)
        self.assert_same_calls("-e", "trace=openat,read", "-X", "raw", "cat", "/dev/null")

    def test_the_columns_of_a_call(self):
        name = self.path('a "b",\nc')
        with open(name, "w") as file:
            file.write("text")
        options = ("--host-label=host 1", "-e", "trace=openat,read,exit_group")
        for rows in (self.rows(*options, "cat", name), self.csv(*options, "cat", name)):
            opened = next(row for row in rows if row["path"] == name)
            self.assertEqual((opened["syscall"], opened["class"], opened["error"], opened["host"], opened["comm"]),
                             ("openat", "file,desc", "", "host 1", "cat"))
            self.assertEqual((opened["fd"], opened["pid"]), (opened["return"], opened["tid"]))
            read = next(row for row in rows if row["syscall"] == "read" and '"text"' in row["args"])
            self.assertEqual((read["args"].split(",")[0], read["fd"], read["return"], read["path"]), ("3", 3, 4, ""))
            self.assertGreaterEqual(read["start_ns"], opened["start_ns"] + opened["duration_ns"])
            last = rows[-1]
            self.assertEqual((last["syscall"], last["args"], last["return"], last["fd"], last["duration_ns"]),
                             ("exit_group", "0", None, None, 0))

    def test_paths_of_descriptors(self):
        rows = self.rows("-y", "-e", "trace=read", "cat", "/etc/passwd")
        self.assertEqual(rows[-1]["path"], "/etc/passwd")

    def test_calls_that_a_signal_ends(self):
        rows = self.rows("-f", "-e", "trace=wait4,kill", "sh", "-c", "kill -9 $$", status=-signal.SIGKILL)
        self.assertEqual([(row["syscall"], row["return"], row["args"].split(", ")[1]) for row in rows], [("kill", None, "SIGKILL")])

    def test_threads(self):
        rows = self.rows("-f", "-e", "trace=openat,exit_group,execve", "sh", "-c", "cat /dev/null; true")
        self.assertGreater(len({row["pid"] for row in rows}), 1)
        self.assertLessEqual({"sh", "cat"}, {row["comm"] for row in rows})

    def test_stacks(self):
        rows = self.rows("-k", "-e", "trace=getppid", guest("calls_deeply"))
        self.assertIn(";outermost;middle;innermost;syscall", rows[0]["stack"])

    def test_conditions_and_outcomes(self):
        rows = self.rows("--where", 'path == "/no"', "cat", "/no", status=1)
        self.assertEqual([row["error"] for row in rows], ["ENOENT"])
        rows = self.rows("-z", "-e", "trace=openat", "cat", "/no", status=1)
        self.assertTrue(rows and not any(row["error"] for row in rows))

    def test_entries_only(self):
        rows = self.rows("--entries-only", "-e", "trace=openat", "cat", "/dev/null")
        self.assertEqual((rows[-1]["path"], rows[-1]["return"], rows[-1]["comm"]), ("/dev/null", None, "cat"))

    def test_a_file_for_each_thread(self):
        status, _, err = self.trace("-ff", "-o", "t", "--format=rows", "sh", "-c", "cat /dev/null; true")
        self.assertEqual((status, err), (0, ""))
        files = [name for name in os.listdir(self.path(".")) if name.startswith("t.")]
        self.assertEqual(len(files), 2)
        for name in files:
            rows = [json.loads(line) for line in self.contents(name).splitlines()]
            self.assertEqual({row["tid"] for row in rows}, {int(name[2:])})
            self.assertEqual(rows[-1]["syscall"], "exit_group")

    def test_sqlite_reads_the_csv(self):
        need("sqlite3")
        self.csv("cat", "/no", status=1)
        counts = subprocess.run(["sqlite3", ":memory:", "-cmd", f".import --csv {self.path('t')} calls",
                                 "SELECT count(*), sum(error != ''), sum(duration_ns) FROM calls WHERE syscall = 'openat'"],
                                capture_output=True, text=True, timeout=LIMIT, check=True).stdout
        with open(self.path("t"), newline="") as file:
            opened = [row for row in csv.DictReader(file) if row["syscall"] == "openat"]
        self.assertEqual(counts.strip().split("|"), [str(each) for each in (
            len(opened), sum(row["error"] != "" for row in opened), sum(int(row["duration_ns"]) for row in opened))])

    def test_options_that_do_not_fit(self):
        for words, part in ((("--format=csv", "-ff", "-o", "t"), "--format=csv and -ff/--output-separately are mutually exclusive"),
                            (("-c", "--format=rows"), "can be combined only with --format=text and --format=json")):
            status, _, err = self.trace(*words, "true")
            self.assertEqual(status, 1)
            self.assertIn(part, err)
        _, _, err = self.trace("--host-label=a", "-o", "t", "true")
        self.assertIn("--host-label has no effect without --format=rows or --format=csv\n", err)


if __name__ == "__main__":
    main()
