#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests of options that strace does not have."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
import unittest

from support import LIMIT, CommandTest, children_of, guest, main, need, state_of, tracer_of, wait_until


PR_GET_SECCOMP = 21   # an operation of prctl(2)

# A shell script that runs grep(1) repeatedly until a grep has no tracer, and ends with status 5.
UNTIL_UNTRACED = "until grep -q 'TracerPid:.0' /proc/self/status; do :; done; exit 5"


def current_call_of(process):
    """The number of the system call that the process waits in; None if it runs."""
    with open(f"/proc/{process}/syscall") as file:
        first = file.read().split()[0]
    return None if first == "running" else int(first)


def is_pending(process, which):
    with open(f"/proc/{process}/status") as file:
        pending = re.search(r"^ShdPnd:\s*(\w+)", file.read(), re.M).group(1)
    return int(pending, 16) >> (which - 1) & 1 == 1


class StopAfter(CommandTest):
    def test_a_limit_ends_the_trace_and_cotrace_waits_for_the_command(self):
        for limit in ("1ms", "700B", "20calls", "1h,20calls,100GB"):
            for option, given in (("-f", True), ("-fq", False)):
                with self.subTest(limit=limit, option=option):
                    status, _, err = self.trace(option, "-o", "t", f"--stop-after={limit}", "sh", "-c", UNTIL_UNTRACED)
                    self.assertEqual(status, 5)
                    reached = "20calls" if "20" in limit else limit
                    if given:
                        self.assert_one_line(err, f"the limit {reached} has been reached, detaching")
                    else:
                        self.assertEqual(err, "")

    def test_the_trace_ends_with_the_call_that_reaches_the_limit(self):
        self.trace("-f", "-o", "t", "--stop-after=20calls", "sh", "-c", UNTIL_UNTRACED)
        ended = [line for line in self.contents("t").splitlines() if " = " in line]
        self.assertEqual(len(ended), 20)
        self.trace("-o", "t", "--stop-after=300B", "sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do echo $i; done")
        lines = self.contents("t").splitlines(keepends=True)
        self.assertGreaterEqual(len("".join(lines)), 300)
        self.assertLess(len("".join(lines[:-1])), 300)

    def test_the_trace_on_standard_error_has_the_line_in_its_place(self):
        _, _, err = self.trace("--stop-after=3calls", "-e", "trace=openat,close", "cat", "/dev/null")
        self.assertTrue(err.splitlines()[3].endswith(": the limit 3calls has been reached, detaching"), err)
        _, _, err = self.trace("--format=json", "--stop-after=3calls", "-e", "trace=openat,close", "cat", "/dev/null")
        self.assertTrue(all(line.startswith("{") for line in err.splitlines()), err)

    def test_attached_processes_run_on(self):
        subject = self.start("sh", "-c", "while read line; do echo $line; done", stdin=subprocess.PIPE)
        tracer = self.cotrace("-o", "t", "--stop-after=1ms", "-p", subject.pid)
        status, _, err = self.finish(tracer)
        self.assertEqual(status, 0)
        self.assertIn("the limit 1ms has been reached", err)
        self.assertEqual(subject.communicate("x\n", timeout=LIMIT)[0], "x\n")

    def test_the_syscall_limit_waits_for_the_command_too(self):
        status, _, _ = self.trace("-f", "--syscall-limit=1", "-o", "t", "sh", "-c", UNTIL_UNTRACED)
        self.assertEqual(status, 5)

    def test_a_signal_ends_the_wait_for_the_command(self):
        # The shell waits in its builtin `read`, and ignores SIGTERM.
        waits = "trap '' TERM; echo ready; read line; exit 6"
        process = self.cotrace("--stop-after=1calls", "sh", "-c", waits, stdin=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), "ready\n")
        [command] = children_of(process.pid)
        self.assertTrue(wait_until(lambda: tracer_of(command) == 0))
        process.send_signal(signal.SIGTERM)
        process.stdin.write("x\n")
        process.stdin.flush()
        self.assertEqual(self.finish(process)[0], 6)


class Depth(CommandTest):
    def threads_of_trace(self, *options):
        status, out, err = self.trace("-o", "t", "-e", "trace=write,exit_group", *options, guest("forks"))
        self.assertEqual((status, out, err), (1, "the grandchild exited 3\nthe child exited 2\n", ""))
        return len({line.split()[0] for line in self.contents("t").splitlines()})

    def test_processes_are_followed_up_to_the_depth(self):
        self.assertEqual(self.threads_of_trace("-f"), 3)
        self.assertEqual(self.threads_of_trace("--max-depth=2"), 3)
        self.assertEqual(self.threads_of_trace("--max-depth=1"), 2)
        self.assertEqual(self.threads_of_trace("--max-depth=0"), 1)
        self.assertEqual(self.threads_of_trace("--threads-only"), 1)

    def test_threads_are_followed(self):
        self.trace("-o", "t", "--threads-only", "-e", "trace=write", guest("threads"))
        text = self.contents("t")
        for number in (1, 2, 3):
            self.assertIn(f'"thread {number}\\n"', text)


class WholeLines(CommandTest):
    def test_no_call_is_cut_although_threads_run_at_the_same_time(self):
        status, _, _ = self.trace("-f", "-tt", "--whole-lines", "-o", "t", guest("forks_many"), "4", "4")
        self.assertEqual(status, 0)
        text = self.contents("t")
        self.assertIn("wait4(", text)
        self.assertNotIn("resumed>", text)
        for line in text.splitlines():
            self.assertRegex(line, r"^\d+ +\d\d:\d\d:\d\d\.\d{6} (\+\+\+ .* \+\+\+|--- .* ---|\w+\(.*\) += .*)$")


class OutputNames(CommandTest):
    def names(self, *options):
        status, _, err = self.trace("-ff", "-e", "trace=exit_group", *options, "sh", "-c", "(exit 2); exit 0")
        self.assertEqual((status, err), (0, ""))
        return sorted(os.listdir(self.folder))

    def test_a_name_has_the_ids_and_the_command(self):
        names = self.names("--output-name=%p.%P.%c")
        self.assertEqual(len(names), 2)
        for name in names:
            self.assertRegex(name, r"^(\d+)\.\1\.(sh|dash|bash)$")

    def test_the_file_of_the_command_has_the_name_of_its_program(self):
        for options in ([], ["-f"], ["--format=json"]):
            with self.subTest(options=options):
                status, _, err = self.trace("-ff", *options, "--output-name=%c", "sh", "-c", ":")
                self.assertEqual((status, err), (0, ""))
                names = os.listdir(self.folder)
                self.assertRegex(" ".join(names), r"^(sh|dash|bash)$")
                self.assertIn("execve", self.contents(names[0]))
                os.remove(self.path(names[0]))

    def test_the_names_begin_with_the_file_or_folder_of_the_option_o(self):
        self.assertEqual(self.names("-o", "t", "--output-name=%n"), ["t.1", "t.2"])
        os.mkdir(self.path("folder"))
        self.names("-o", "folder/", "--output-name=%n")
        self.assertEqual(sorted(os.listdir(self.path("folder"))), ["1", "2"])

    def test_threads_with_one_name_have_a_file_each(self):
        self.assertEqual(self.names("--output-name=same"), ["same", "same.2"])
        ends = {line for name in ("same", "same.2") for line in self.contents(name).splitlines() if line.startswith("+++")}
        self.assertEqual(ends, {"+++ exited with 0 +++", "+++ exited with 2 +++"})

    def test_a_thread_id_that_is_used_again_has_a_second_file(self):
        # The program chooses the id of its child by ns_last_pid, which needs a capability (see proc(5)).
        program = """
import os
ids = []
for _ in range(2):
    if ids:
        with open("/proc/sys/kernel/ns_last_pid", "w") as file:
            file.write(str(ids[0] - 1))
    child = os.fork()
    if child == 0:
        os._exit(7)
    os.waitpid(child, 0)
    ids.append(child)
print(ids[0], ids[1])
"""
        try:
            with open("/proc/sys/kernel/ns_last_pid", "r+"):
                pass
        except OSError:
            self.skipTest("thread ids cannot be chosen here")
        for _ in range(100):   # if another process takes the id, the test tries again
            status, out, _ = self.trace("-ff", "-o", "t", "-e", "trace=exit_group", sys.executable, "-c", program)
            self.assertEqual(status, 0)
            first, second = out.split()
            if first == second:
                for name in (f"t.{first}", f"t.{first}.2"):
                    self.assertIn("+++ exited with 7 +++", self.contents(name))
                return
        self.skipTest("no id was used again")


class Clock(CommandTest):
    def test_times_are_those_of_the_clock(self):
        for name, clock in (("realtime", time.CLOCK_REALTIME), ("monotonic", time.CLOCK_MONOTONIC),
                            ("boottime", time.CLOCK_BOOTTIME)):
            with self.subTest(clock=name):
                before = time.clock_gettime(clock)
                self.trace("-ttt", f"--clock={name}", "-o", "t", guest("nothing"))
                after = time.clock_gettime(clock)
                for line in self.contents("t").splitlines():
                    self.assertTrue(before - 1e-5 <= float(line.split()[0]) <= after + 1e-5, (before, line, after))


class Injections(CommandTest):
    def errors(self, *rules):
        options = [word for rule in rules for word in ("-e", f"inject={rule}")]
        status, out, _ = self.trace("-o", "t", "-e", "trace=openat", *options, guest("opens_file"), "/etc/passwd", "5")
        self.assertEqual(status, 0)
        return [int(line.split()[1]) for line in out.splitlines()]

    def test_a_rule_may_be_for_some_paths(self):
        self.assertEqual(self.errors("openat:path=/etc/pass*:error=EIO:when=2"), [0, errno.EIO, 0, 0, 0])
        self.assertEqual(self.errors("openat:path=/*/passwd:error=EIO:when=4+"), [0, 0, 0, errno.EIO, errno.EIO])
        self.assertEqual(self.errors("openat:path=/etc:error=EIO", "openat:path=/*:error=EIO"), [0] * 5)
        status, out, _ = self.trace("-c", "-o", "t", "-e", "inject=openat:path=/etc/passwd:error=EIO", guest("opens_file"),
                                    "/etc/passwd")
        self.assertEqual((status, out), (0, f"errno {errno.EIO}\n"))

    def test_the_first_matching_rule_with_a_result_decides_the_result(self):
        path = "path=/etc/passwd"
        self.assertEqual(self.errors(f"openat:{path}:error=EPERM:when=2", f"openat:{path}:error=EIO:when=2..3"),
                         [0, errno.EPERM, errno.EIO, 0, 0])
        self.assertEqual(self.errors(f"openat:{path}:error=EIO:when=2..3", f"openat:{path}:error=EPERM:when=2"),
                         [0, errno.EIO, errno.EIO, 0, 0])
        self.assertEqual(self.errors(f"openat:{path}:delay_enter=1:when=1", f"openat:{path}:error=EPERM:when=1"),
                         [errno.EPERM, 0, 0, 0, 0])
        self.assertRegex(self.contents("t"), r'(?m)^openat\(.*"/etc/passwd".* = -1 EPERM .*\(INJECTED\) \(DELAYED\)$')

    def test_the_signals_of_all_rules_are_sent(self):
        program = """
import os, signal
got = []
for each in (signal.SIGUSR1, signal.SIGUSR2):
    signal.signal(each, lambda number, frame: got.append(number))
os.access("/signals", 0)
print(sorted(got))
"""
        rule = "inject=/^f?access:path=/signals"
        status, out, _ = self.trace("-o", "t", "-e", "trace=%file", "-e", f"{rule}:signal=USR2:error=EIO", "-e", f"{rule}:signal=USR1",
                                    sys.executable, "-c", program)
        self.assertEqual((status, out), (0, f"[{int(signal.SIGUSR1)}, {int(signal.SIGUSR2)}]\n"))


class SeveralCommands(CommandTest):
    def status_of(self, *words):
        return self.trace("-o", "t", "-e", "trace=exit_group", *words)[0]

    def test_each_line_has_the_number_and_the_name_of_its_command(self):
        status, out, _ = self.trace("-o", "t", "-e", "trace=exit_group", "--run", "sh -c 'exit 0'", "--run", guest("hello"), "sh", "-c",
                                    "exit 3")
        self.assertEqual((status, out), (3, "hello\n"))
        lines = [re.sub(r"\] \d+ +", "] PID ", line) for line in self.contents("t").splitlines() if "+++" in line]
        self.assertEqual(sorted(lines), ["[1 sh] PID +++ exited with 0 +++", "[2 hello] PID +++ exited with 0 +++",
                                         "[3 sh] PID +++ exited with 3 +++"])

    def test_the_exit_status_is_the_highest_one(self):
        self.assertEqual(self.status_of("--run", "sh -c 'exit 4'", "--run", "sh -c 'exit 2'"), 4)
        self.assertEqual(self.status_of("--run", "sh -c 'exit 4'", "sh", "-c", "exit 5"), 5)
        self.assertEqual(self.status_of("--run", "sh -c 'kill -9 $$'", "--run", "sh -c 'exit 7'"), 128 + 9)
        self.assertEqual(self.status_of("--run", "true", "--run", "true"), 0)

    def test_a_command_that_cannot_be_started_gives_status_1_and_the_others_run(self):
        status, out, err = self.trace("-o", "t", "--run", "./missing x", "--run", guest("hello"), "sh", "-c", "exit 9")
        self.assertEqual((status, out), (1, "hello\n"))
        self.assert_one_line(err, "./missing: No such file or directory")
        self.assertEqual(self.trace("--run", "./missing")[0], 1)

    def test_json_lines_have_the_label(self):
        self.trace("--format=json", "-o", "t", "--run", "true", "--run", "false")
        labels = {json.loads(line).get("session") for line in self.contents("t").splitlines()}
        self.assertEqual(labels, {"1 true", "2 false"})

    def test_a_limit_is_for_all_commands(self):
        status, _, _ = self.trace("-f", "-o", "t", "--stop-after=20calls", "--run", f'sh -c "{UNTIL_UNTRACED}"', "sh", "-c",
                                  UNTIL_UNTRACED)
        self.assertEqual(status, 5)


class InKernelFilter(CommandTest):
    def test_never_leaves_the_command_without_a_seccomp_program(self):
        words = ("grep", "-E", "Seccomp|NoNewPrivs", "/proc/self/status")
        plain = self.run_to_end(*words)
        options = ("-f", "-o", "t", "-e", "trace=openat")
        self.assertEqual(self.trace(*options, "--in-kernel-filter=never", *words), plain)
        self.assertNotEqual(self.trace(*options, "--in-kernel-filter=auto", *words), plain)

    def test_prctl_tells_whether_there_is_a_filter(self):
        words = (sys.executable, "-I", "-S", "-c", f"import ctypes; print(ctypes.CDLL(None).prctl({PR_GET_SECCOMP}, 0, 0, 0, 0))")
        if self.run_to_end(*words)[1] != "0\n":
            self.skipTest("this process already has a seccomp filter")
        for choice, mode in (("never", 0), ("auto", 2)):
            self.assertEqual(self.trace("-f", "-o", "t", "-e", "trace=openat", f"--in-kernel-filter={choice}", *words),
                             (0, f"{mode}\n", ""))

    def test_strict_mode_works_without_the_filter_and_not_with_it(self):
        options = ("-f", "-o", "t", "-e", "trace=write,getppid")
        self.assertEqual(self.run_to_end(guest("enters_strict_mode")), (0, "strict\n", ""))
        self.assertEqual(self.trace(*options, "--in-kernel-filter=never", guest("enters_strict_mode")), (0, "strict\n", ""))
        self.assertIn('write(1, "strict\\n", 7)', self.contents("t"))
        self.assertEqual(self.trace(*options, "--in-kernel-filter=never", guest("enters_strict_mode"), "kill")[0], -signal.SIGKILL)
        self.assertIn("+++ killed by SIGKILL", self.contents("t"))
        self.assertEqual(self.trace(*options, "--in-kernel-filter=auto", guest("enters_strict_mode")), (errno.EINVAL, "", ""))


class EntriesOnly(CommandTest):
    # A Python program that makes a call after it has read a line. A signal interrupts this call only if the call is traced.
    SCRIPT = """
import ctypes, errno, os, signal, sys
signal.signal(signal.SIGUSR1, lambda *_: None)
signal.siginterrupt(signal.SIGUSR1, sys.argv[1] != "SA_RESTART")
print(os.getpid(), flush=True)
sys.stdin.readline()
system = ctypes.CDLL(None, use_errno=True)
print(system.syscall(int(sys.argv[2])) == os.getppid() or errno.errorcode[ctypes.get_errno()])
"""

    @unittest.skipUnless(os.uname().machine == "x86_64", "the number of the call is that of x86_64")
    def test_a_call_that_cotrace_has_not_seen_is_interrupted_by_a_handler_without_sa_restart(self):
        getppid = 110
        for flag, said in (("none", "EINTR\n"), ("SA_RESTART", "True\n")):
            tracer = self.cotrace("--entries-only", "-e", "trace=getppid", "-o", "t", sys.executable, "-I", "-S", "-c", self.SCRIPT,
                                  flag, getppid, stdin=subprocess.PIPE)
            subject = int(tracer.stdout.readline())
            tracer.send_signal(signal.SIGSTOP)
            self.assertTrue(wait_until(lambda: state_of(tracer.pid) == "T"))
            tracer.stdin.write("\n")
            tracer.stdin.flush()
            self.assertTrue(wait_until(lambda: current_call_of(subject) == getppid))
            os.kill(subject, signal.SIGUSR1)
            self.assertTrue(wait_until(lambda: not is_pending(subject, signal.SIGUSR1)))
            tracer.send_signal(signal.SIGCONT)
            self.assertEqual(self.finish(tracer), (0, said, ""))


class Placement(CommandTest):
    @unittest.skipUnless(len(os.sched_getaffinity(0)) > 1, "there is only one CPU")
    def test_after_sigkill_of_cotrace_an_attached_program_stays_on_one_cpu(self):
        all_cpus = os.sched_getaffinity(0)
        for sent, is_kept in ((signal.SIGTERM, False), (signal.SIGKILL, True)):
            subject = self.start(guest("calls_busily"))
            tracer = self.cotrace("--placement=always", "-o", "/dev/null", "-p", subject.pid)
            self.assertTrue(wait_until(lambda: len(os.sched_getaffinity(subject.pid)) == 1))
            tracer.send_signal(sent)
            self.finish(tracer)
            self.assertTrue(wait_until(lambda: tracer_of(subject.pid) == 0))
            self.assertEqual(os.sched_getaffinity(subject.pid) != all_cpus, is_kept)
            self.assertIsNone(subject.poll())
            subject.kill()
        out = " ".join(self.trace("--help")[1].split())
        self.assertIn("With always and -p, a SIGKILL of cotrace leaves the attached programs on one CPU", out)


class WholeStrings(CommandTest):
    def test_a_string_of_several_mib_is_printed_whole(self):
        need("dd")
        size = 3 << 20
        with open(self.path("data"), "w") as file:
            file.write("x" * size)
        status, _, err = self.trace("-s", "unlimited", "-o", "t", "-e", "trace=write", "dd", "if=data", "of=copy", f"bs={size}",
                                    "count=1", "status=none")
        self.assertEqual((status, err), (0, ""))
        first = self.contents("t").split("\n", 1)[0]
        self.assertTrue(first.startswith('write(1, "' + "x" * size + f'", {size})'), first[:80])


if __name__ == "__main__":
    main()
