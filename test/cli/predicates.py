#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The options --where and --until: what the command prints, counts and writes, and when it detaches."""

import json
import os
import re
import subprocess
import sys

from support import CommandTest, guest, main, tracer_of, wait_until

# A shell script that runs grep(1) repeatedly until a grep has no tracer, and then prints "untraced".
WAITS = "until grep -q 'TracerPid:.0' /proc/self/status; do :; done; echo untraced"


class Where(CommandTest):
    def where(self, expression, *words, options=(), status=0):
        """The trace of a command, as a list of lines."""
        got, _, err = self.trace("-o", "t", *options, "--where", expression, *words)
        self.assertEqual(got, status, err)
        return self.contents("t").splitlines()

    def test_a_call_that_failed(self):
        lines = self.where('name in ("open", "openat") && error == ENOENT && path ~ "miss*"', "cat", "missing", status=1)
        self.assertEqual(len(lines), 1, lines)
        self.assertRegex(lines[0], r'^open(at)?\(.*"missing".*= -1 ENOENT \(No such file or directory\)$')

    def test_results_and_data(self):
        lines = self.where('bytes == 6 && args.buf has "ello" && fd == 1', guest("hello"))
        self.assertEqual(len(lines), 1, lines)
        self.assertRegex(lines[0], r'^write\(1, "hello\\n", 6\) +\= 6$')

    def test_the_paths_of_descriptors(self):
        lines = self.where('name == "write" && path ~ "*/out"', "sh", "-c", "echo one >out; echo two", options=["-y"])
        self.assertEqual(len(lines), 1, lines)
        self.assertRegex(lines[0], r'^write\(1<.*/out>, "one\\n", 4\) += 4$')

    def test_a_call_that_takes_long(self):
        lines = self.where("duration > 50ms", "sleep", "0.2")
        self.assertTrue(any("nanosleep(" in line for line in lines), lines)
        self.assertEqual(self.where("duration > 1000s", "sleep", "0"), [])

    def test_addresses_and_flags(self):
        script = ("import socket; s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)\n"
                  "for port in (1, 2): s.connect_ex(('127.0.0.1', port))")
        words = (sys.executable, "-I", "-c", script)
        lines = self.where('address == "127.0.0.1" && args.addr.sin_port == 2', *words)
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("sin_port=htons(2)", lines[0])
        lines = self.where("args.domain == AF_INET && args.type has SOCK_STREAM", *words)
        self.assertEqual([line.split("(")[0] for line in lines], ["socket"])

    def test_signals_and_ends(self):
        lines = self.where('kind == "signal"', guest("signals_itself"))
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith("--- SIGUSR1 {"), lines)
        self.assertEqual(self.where("signal == SIGUSR2", guest("signals_itself")), [])
        self.assertEqual(self.where("status == 3", "sh", "-c", "exit 3", status=3), ["+++ exited with 3 +++"])
        self.assertEqual(self.where("status != 3", "sh", "-c", "exit 3", status=3), [])

    def test_a_call_that_does_not_return(self):
        lines = self.where("unfinished", "sh", "-c", "exit 0")
        self.assertEqual([re.sub(r" +", " ", line) for line in lines], ["exit_group(0) = ?"])

    def test_lines_are_whole(self):
        """Lines of other threads that --where leaves out do not interrupt a written line ("<unfinished ...>")."""
        script = "for i in 1 2 3 4 5; do (echo a; echo b) & done; wait"
        lines = self.where('name == "write" && args.buf == "a\\n"', "sh", "-c", script, options=["-f"])
        self.assertEqual(len(lines), 5, lines)
        for line in lines:
            self.assertRegex(line, r'^\d+ +write\(1, "a\\n", 2\) += 2$')

    def test_a_file_for_each_thread(self):
        self.trace("-ff", "-o", "t", "--where", 'name == "write"', "sh", "-c", "(echo a); echo b")
        files = [name for name in os.listdir(self.folder) if name.startswith("t.")]
        self.assertEqual(sorted(len(self.contents(name).splitlines()) for name in files), [1, 1])

    def test_together_with_other_filters(self):
        lines = self.where("failed", "cat", "missing", options=["-z"], status=1)
        self.assertEqual([line for line in lines if " = " in line], [])
        lines = self.where('path ~ "miss*"', "cat", "missing", options=["-e", "trace=%network"], status=1)
        self.assertEqual(lines, [])

    def test_summaries(self):
        def rows(expression):
            _, _, err = self.trace("-c", "-U", "calls,errors,name", "--where", expression, "cat", "missing")
            found = re.findall(r"^ +(\d+) +(\d*) +(\w+)$", err, re.M)
            return [(int(calls), int(errors or 0), name) for calls, errors, name in found if name != "total"]

        for calls, errors, name in rows("failed"):
            self.assertEqual(calls, errors, name)
        # -c alone does not make cotrace decode paths. The condition does.
        (calls, errors, name), = rows('path ~ "miss*" && name in %file')
        self.assertEqual((calls, errors), (1, 1))
        self.assertRegex(name, "^open")

    def test_formats(self):
        for form, events in (("json", {"syscall_exited"}), ("json,entries", {"syscall_entered", "syscall_exited"})):
            lines = [json.loads(line) for line in self.where('name == "write"', guest("hello"), options=[f"--format={form}"])]
            self.assertEqual({line["event"] for line in lines}, events)
            self.assertEqual({line["name"] for line in lines}, {"write"})
        lines = [json.loads(line) for line in self.where("status == 0", guest("hello"), options=["--format=json"])]
        self.assertEqual([line["event"] for line in lines], ["thread_exited"])
        lines = self.where('name == "write" && !entry', guest("hello"), options=["--format=uroot"])
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("write", lines[0])

    def test_the_limit_counts_the_calls_that_are_printed(self):
        status, out, err = self.trace("--where", 'name == "write"', "--syscall-limit=1", guest("hello"))
        self.assertEqual((status, out), (0, "hello\n"))
        lines = err.splitlines()
        self.assertTrue(lines[0].startswith("write(1, "), err)
        self.assertIn("System call limit has been reached", lines[1])

    def test_names_of_threads(self):
        lines = self.where('comm == "cat" && name == "write"', "sh", "-c", "echo x; echo x | cat", options=["-f", "-Y"])
        self.assertEqual(len(lines), 1, lines)
        status, _, err = self.trace("-o", "t", "--where", 'comm == "cat"', "true")
        self.assertEqual(status, 0)
        self.assert_one_line(err, "is known only with -Y/--decode-pids=comm")


class Until(CommandTest):
    def test_a_call(self):
        status, out, err = self.trace("-e", "trace=openat,write", "--until", 'name == "write"', guest("hello"))
        self.assertEqual((status, out), (0, "hello\n"))
        lines = err.splitlines()
        written = [index for index, line in enumerate(lines) if line.startswith("write(")]
        self.assertEqual(len(written), 1, err)
        self.assertIn("The condition of --until holds, detaching tracees", lines[written[0] + 1])
        # There are no lines after this message if the guest ended before cotrace could detach from it.
        self.assertTrue(all(line.endswith(" detached") for line in lines[written[0] + 2:]), err)

    def test_detaches_from_all_processes(self):
        for expression in ('name == "openat"', 'entry && name == "openat"', 'kind == "exec"'):
            with self.subTest(expression):
                status, out, err = self.trace("-f", "-o", "t", "--until", expression, "sh", "-c", WAITS)
                self.assertEqual((status, out, err), (0, "untraced\n", ""))

    def test_the_end_of_another_process(self):
        status, out, _ = self.trace("-f", "-o", "t", "--until", "status == 3", "sh", "-c", f"(exit 3); {WAITS}")
        self.assertEqual((status, out), (0, "untraced\n"))
        lines = self.contents("t").splitlines()
        self.assertEqual(len([line for line in lines if "+++ exited" in line]), 1)

    def test_the_entry_of_a_call_is_printed(self):
        words = ("sh", "-c", f"[ -e /marker ]; {WAITS}")
        status, out, _ = self.trace("-o", "t", "--until", 'entry && path == "/marker"', *words)
        self.assertEqual((status, out), (0, "untraced\n"))
        self.assertIn('"/marker"', self.contents("t").splitlines()[-1])

    def test_the_condition_never_holds(self):
        status, _, err = self.trace("-o", "t", "--until", "status == 4", "sh", "-c", "exit 5")
        self.assertEqual((status, err), (5, ""))
        self.assertIn("+++ exited with 5 +++", self.contents("t"))

    def test_the_end_of_the_command_keeps_its_status(self):
        self.assertEqual(self.trace("-o", "t", "--until", "status == 5", "sh", "-c", "exit 5")[0], 5)

    def test_an_attached_process(self):
        process = self.start(guest("reads_line"), stdin=subprocess.PIPE)
        tracer = self.cotrace("-p", process.pid, "-o", "t", "--until", 'name == "read" && successful')
        self.assertTrue(wait_until(lambda: tracer_of(process.pid) == tracer.pid))
        self.assertIsNone(tracer.poll())
        process.stdin.write("x\n")
        process.stdin.flush()
        self.assertEqual(self.finish(tracer)[0], 0)
        self.finish(process)

    def test_is_independent_of_where(self):
        status, out, _ = self.trace("-f", "-o", "t", "--where", "status == 77", "--until", 'name == "openat"', "sh", "-c", WAITS)
        self.assertEqual((status, out), (0, "untraced\n"))
        self.assertEqual([line for line in self.contents("t").splitlines() if "(" in line], [])

    def test_a_summary(self):
        status, out, err = self.trace("-c", "-f", "--until", 'entry && name == "openat"', "sh", "-c", WAITS)
        self.assertEqual((status, out), (0, "untraced\n"), err)
        self.assertIn("execve", err)


if __name__ == "__main__":
    main()
