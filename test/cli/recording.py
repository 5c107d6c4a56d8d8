#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests --record and `cotrace view`: what can be shown of a recorded trace, what is left of it when cotrace is killed or
cannot write, --keep-last, --redact, and wrong uses."""

import json
import os
import re
import resource
import signal
import stat
import subprocess
import time
import unittest

from support import COTRACE, LIMIT, CommandTest, guest, main, need, state_of, wait_until

HAS_TRACE_FILES = "trace-files" in subprocess.run([COTRACE, "-V"], capture_output=True, text=True, check=True).stdout


class RecordingTest(CommandTest):
    def record(self, *words, status=0, **options):
        """Records a command in the file "r". Returns standard error."""
        got, _, err = self.run_to_end(COTRACE, "--record", "r", *words, **options)
        self.assertEqual(got, status, err)
        return err

    def view(self, *words, status=0):
        """Returns what cotrace view shows of the file "r", and standard error."""
        got, out, err = self.run_to_end(COTRACE, "view", "r", *words)
        self.assertEqual(got, status, err)
        return out, err

    def shown(self, *words):
        out, err = self.view(*words)
        self.assertEqual(err, "")
        return out


@unittest.skipUnless(HAS_TRACE_FILES, "cotrace was built without trace files")
class Views(RecordingTest):
    def setUp(self):
        super().setUp()
        with open(self.path("text"), "w") as file:
            file.write("the content of the file " * 10)

    def test_one_recording_has_many_views(self):
        self.record("-f", "sh", "-c", "cat text >/dev/null; kill -USR1 $$", status=-signal.SIGUSR1)
        plain = self.shown()
        self.assertRegex(plain, r'(?m)^\d+ +openat\(AT_FDCWD, "text", O_RDONLY\) += 3$')
        self.assertRegex(plain, r'(?m)^\d+ +read\(3, "the content of the file the cont"\.\.\., \d+\) = 240$')
        self.assertIn("--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=", plain)
        self.assertIn("+++ killed by SIGUSR1 +++", plain)
        self.assertIn("the content of the file " * 10, self.shown("-s", "1000"))
        self.assertIn(f'read(3<{os.path.realpath(self.path("text"))}>, ', self.shown("-y"))
        self.assertRegex(self.shown("-e", "trace=openat", "-e", "signal=none", "-qq"), r"\A(\d+ +openat\(.*\n)+\Z")
        self.assertRegex(self.shown("-P", os.path.realpath(self.path("text")), "-e", "trace=read"), r"\A(\d+ +read\(3, .*\n)+")
        self.assertRegex(self.shown("-Z", "-e", "trace=all", "-e", "signal=none", "-qq"), r"\A(.* = -1 E.*\n)+\Z")
        self.assertRegex(self.shown("--where", 'path == "text"'), r'\A\d+ +openat\(AT_FDCWD, "text",')
        self.assertRegex(self.shown("-ttt", "-T", "-e", "trace=execve"), r"\A\d+ +\d+\.\d{6} execve\(.* = 0 <\d+\.\d{6}>\n")
        lines = [json.loads(line) for line in self.shown("--format=json").splitlines()]
        self.assertLessEqual({"openat", "read", "execve"}, {each.get("name") for each in lines})
        summary, err = self.view("-c")
        self.assert_one_line(err, "CPU times of calls")
        self.assertRegex(summary, r"(?m)^ *\d+\.\d+ .* openat$")
        self.shown("-ff", "-o", "each")
        self.assertEqual(len([name for name in os.listdir(self.folder) if name.startswith("each.")]), 2)

    def test_parts_of_a_trace(self):
        self.record("-f", "sh", "-c", "/bin/true; sleep 0.3; /bin/true")
        ids = re.findall(r"(?m)^(\d+) +execve\(", self.shown("-e", "trace=execve"))
        self.assertEqual(len(ids), 4)
        self.assertEqual({line.split()[0] for line in self.shown(ids[1]).splitlines()}, {ids[1]})
        self.assertEqual({line.split()[0] for line in self.shown(ids[1], ids[3]).splitlines()}, {ids[1], ids[3]})
        self.assertEqual(self.shown("999999999"), "")
        times = [float(line.split()[1]) for line in self.shown("-ttt", "-e", "trace=execve", "-qq", "-e", "signal=none").splitlines()]
        first, last = times[0], times[-1]
        early = self.shown("-e", "trace=execve", "-qq", "-e", "signal=none", "--to", f"@{last - 0.1:.6f}")
        late = self.shown("-e", "trace=execve", "-qq", "-e", "signal=none", "--from", f"@{last - 0.1:.6f}")
        self.assertEqual((len(early.splitlines()), len(late.splitlines())), (3, 1))
        day = time.strftime("%H:%M:%S", time.localtime(int(first)))
        self.assertEqual(self.shown("--from", day), self.shown())
        self.assertEqual(self.shown("--from", "0"), self.shown())
        self.assertEqual(self.shown("--from", "1000000"), "")

    def test_what_was_not_recorded_is_said_once(self):
        self.record("-s", "10", "cat", "text")
        out, err = self.view("-s", "100", "-yy", "-Y", "-i")
        self.assert_one_line(err, "r: not recorded: strings of more than 10 bytes, details of file descriptors (-yy), names of processes (-Y)")
        self.assertIn('"the conten"...', out)
        self.shown("-s", "10", "-v", "-y")

    def features(self):
        return self.run_to_end(COTRACE, "-V")[1]

    def test_stacks(self):
        if "stack-trace" not in self.features():
            self.skipTest("cotrace was built without libdw")
        self.record("-k", "-e", "trace=openat", "cat", "text")
        self.assertRegex(self.shown("-k"), r'openat\(AT_FDCWD, "text".*\n > .*\(.*\+0x')

    def test_the_file_is_private(self):
        self.record("true")
        self.assertEqual(stat.S_IMODE(os.stat(self.path("r")).st_mode), 0o600)

    def test_contents_are_kept_out(self):
        self.record("--redact=buffers", "sh", "-c", "exec cat text", env={**os.environ, "SECRET": "hidden"})
        self.assertNotIn("the content", self.shown("-s", "1000"))
        self.assertIn("SECRET=hidden", self.shown("-v", "-s", "1000", "-e", "trace=execve"))
        self.record("--redact=strings", "sh", "-c", "exec cat text", env={**os.environ, "SECRET": "hidden"})
        out = self.shown("-v", "-s", "1000")
        self.assertNotIn("hidden", out)
        self.record("--redact=strings", "echo", "hidden")
        with open(os.path.join(self.folder, "r"), "rb") as file:   # the head of the file is not compressed
            self.assertNotIn(b"hidden", file.read())
        self.assertIn('openat(AT_FDCWD, "text"', out)
        _, _, err = self.run_to_end(COTRACE, "--redact=strings", "cat", "text")
        self.assertIn('openat(AT_FDCWD, "text"', err)
        self.assertNotIn("the content", err)
        _, _, err = self.run_to_end(COTRACE, "--redact=buffers", "--format=json", "-s", "1000", "cat", "text")
        self.assertNotIn("the content", err)

    def test_contents_are_kept_out_of_every_byte_of_a_file(self):
        need("zstd")
        seen = {}
        for redaction in ((), ("--redact=buffers",), ("--redact=strings",)):
            self.record(*redaction, guest("passes_secrets"))
            inside = subprocess.run(["zstd", "-dc", self.path("r")], stdout=subprocess.PIPE, check=True).stdout.decode("latin1")
            lines = [self.run_to_end(COTRACE, *redaction, "-v", "-s", "1000", *format, guest("passes_secrets"))[2]
                     for format in ((), ("--format=json",), ("-xx",))]
            text = inside + "".join(lines) + re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), lines[-1])
            seen[redaction] = {kind: set(re.findall(kind + r"\d\d", text)) for kind in ("CONTENT", "STRINGS")}
        whole, buffers, strings = seen.values()
        self.assertGreater(len(whole["CONTENT"]), 15)
        self.assertEqual(buffers, {"CONTENT": set(), "STRINGS": whole["STRINGS"]})
        self.assertEqual(strings, {"CONTENT": set(), "STRINGS": set()})

    @unittest.skipUnless(os.geteuid() == 0, "only root can change the name of a host")
    def test_rows_have_the_name_of_the_traced_host(self):
        self.record("true")
        elsewhere = ("unshare", "--uts", "sh", "-c", 'echo elsewhere >/proc/sys/kernel/hostname && exec "$@"', "sh")
        for options, host in (((), os.uname().nodename), (("--host-label=label",), "label")):
            got, out, err = self.run_to_end(*elsewhere, COTRACE, "view", "r", "--format=rows", *options)
            self.assertEqual((got, err), (0, ""))
            self.assertEqual({json.loads(line)["host"] for line in out.splitlines()}, {host})


@unittest.skipUnless(HAS_TRACE_FILES, "cotrace was built without trace files")
class Interrupted(RecordingTest):
    """What is left of a recording that did not end as it should."""

    def start_recording(self, *words):
        process = self.start(COTRACE, "--record", "r", *words)
        wait_until(lambda: os.path.exists(self.path("r")) and os.path.getsize(self.path("r")) > 3000)
        return process

    def test_cotrace_is_killed(self):
        process = self.start_recording("-f", "sh", "-c", "while :; do : </proc/self/stat; done")
        process.kill()
        process.wait(LIMIT)
        out, err = self.view(status=1)
        self.assert_one_line(err, "r: the end of the trace file is missing")
        self.assertIn('"/proc/self/stat"', out)

    def test_the_disk_is_full(self):
        status, _, err = self.run_to_end(
            COTRACE, "--record", "r", "sh", "-c", "i=0; while [ $i -lt 1000 ]; do [ -e /proc/self/stat$i ]; i=$((i+1)); done",
            preexec_fn=lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.setrlimit(resource.RLIMIT_FSIZE, (5_000,) * 2)))
        self.assertEqual(status, 0)
        self.assert_one_line(err, "r: File too large")
        out, err = self.view(status=1)
        self.assert_one_line(err, "r: the end of the trace file is missing")

    def test_a_damaged_file(self):
        self.record("true")
        with open(self.path("r"), "r+b") as file:
            file.seek(-100, os.SEEK_END)
            byte = file.read(1)
            file.seek(-100, os.SEEK_END)
            file.write(bytes([byte[0] ^ 0xff]))
        self.assert_one_line(self.view(status=1)[1], "r: the trace file is damaged from here on")


@unittest.skipUnless(HAS_TRACE_FILES, "cotrace was built without trace files")
class KeepLast(RecordingTest):
    LOOP = "i=0; while [ $i -lt 300 ]; do : </proc/self/stat; i=$((i+1)); done"

    def test_nothing_is_written_without_a_reason(self):
        for number in (100, 1000):
            self.record(f"--keep-last={number}", "sh", "-c", self.LOOP)
            self.assertEqual(self.shown(), "")

    def test_a_signal_that_kills(self):
        self.record("--keep-last=100", "sh", "-c", self.LOOP + "; kill -TERM $$", status=-signal.SIGTERM)
        out = self.shown()
        self.assertIn("+++ killed by SIGTERM +++", out)
        self.assertGreater(len(out.splitlines()), 40)
        self.assertLess(len(out.splitlines()), 120)

    def test_a_size(self):
        self.record("--keep-last=1MiB", "sh", "-c", self.LOOP + "; kill -TERM $$", status=-signal.SIGTERM)
        self.assertLess(os.path.getsize(self.path("r")), 2 << 20)
        self.assertIn("+++ killed by SIGTERM +++", self.shown())

    def test_a_condition(self):
        self.record("--keep-last=50", "--until", 'path == "/etc/passwd"', "sh", "-c", self.LOOP + "; : </etc/passwd")
        self.assertIn('openat(AT_FDCWD, "/etc/passwd"', self.shown())
        self.assertLess(len(self.shown().splitlines()), 80)

    def test_a_signal_to_cotrace(self):
        result = r'(write\(1, "ready\\n", 6|<\.\.\. write resumed>)\) += 6'
        process = self.start(COTRACE, "--record", "r", "--keep-last=50", "sh", "-c", "echo ready; read line",
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), "ready\n")
        self.assertTrue(wait_until(lambda: os.path.getsize(self.path("r")) > 0))

        def result_is_written():
            # The first signal may come before the record of the result of the shell's write(2).
            process.send_signal(signal.SIGUSR1)
            out, err = self.view(status=1)
            self.assert_one_line(err, "the end of the trace file is missing")
            return re.search(result, out)
        self.assertTrue(wait_until(result_is_written))
        self.finish(process)
        self.assertRegex(self.shown(), result)


class WrongUses(RecordingTest):
    def test_wrong_command_lines(self):
        for words, told in (
            (("view",), "view: must have a FILE"),
            (("view", "no-such"), "no-such: No such file or directory" if HAS_TRACE_FILES else "no-such: trace files need"),
            (("view", "text"), "text: not a trace file" if HAS_TRACE_FILES else "text: trace files need"),
            (("view", "text", "abc"), "view: 'abc' is not a process id"),
            (("view", "text", "-p", "1"), "-p/--attach cannot be used with view"),
            (("view", "text", "-e", "inject=read:error=EIO"), "-e inject and -e fault cannot be used with view"),
            (("view", "text", "--record", "x"), "--record cannot be used with view"),
            (("view", "text", "--from", "noon"), "invalid --from argument: 'noon'"),
            (("view", "text", "--to", "25:00:00"), "invalid --to argument: '25:00:00'"),
            (("--from", "1", "true"), "--from and --to must be given with"),
            (("--keep-last=5", "true"), "--keep-last must be given with --record"),
            (("--record", "r", "--keep-last=none", "true"), "invalid --keep-last argument: 'none'"),
            (("--record", "r", "-o", "x", "true"), "--record and -o/--output"),
            (("--record", "r", "--format=json", "true"), "--record and --format"),
            (("--record", "r", "-c", "true"), "--record and -c/--summary-only"),
            (("--record", "r", "-f", "-ff", "true"), "--record and -ff"),
            (("--redact=all", "true"), "invalid --redact argument: 'all'"),
            (("--record", "no/such/folder", "true"), "no/such/folder: No such file or directory"),
        ):
            with self.subTest(" ".join(words)):
                with open(self.path("text"), "w") as file:
                    file.write("some text that is longer than the head of a trace file\n")
                status, out, err = self.run_to_end(COTRACE, *words)
                self.assertEqual(status, 1)
                self.assertEqual(out, "")
                self.assert_one_line(err, told)
                self.assertFalse(os.path.exists(self.path("x")))

    def test_a_program_with_the_name_view_is_traced_after_two_dashes(self):
        with open(self.path("view"), "w") as file:
            file.write("#!/bin/sh\nexit 5\n")
        os.chmod(self.path("view"), 0o755)
        status, _, _ = self.run_to_end(COTRACE, "-o", "t", "--", self.path("view"))
        self.assertEqual(status, 5)


if __name__ == "__main__":
    main()
