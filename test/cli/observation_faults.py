#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests `cotrace --observe` where something goes wrong: a full ring buffer, a stopped or killed tracer, processes that
start and end quickly, calls that began before the attach, and memory that changes during a call."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import unittest

from container import DENYING
from observation import can_observe
from support import COTRACE, CommandTest, guest, is_sanitized, main, need, state_of, wait_until

BPFTOOL = shutil.which("bpftool", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


# This file contains the process id that was given last. The next process gets the next free id after it.
LAST_PID = "/proc/sys/kernel/ns_last_pid"

# Prints the id of a child that exits with status 1. Makes more children until a child gets this id and exits with status 2.
REUSES_ID = f"""
import os, sys

def child(status):
    made = os.fork()
    if made == 0:
        os._exit(status(os.getpid()))
    os.waitpid(made, 0)
    return made

first = child(lambda own: 1)
print(first, flush=True)
made = 0
while made != first:
    with open("{LAST_PID}", "w") as file:
        file.write(str(first - 1))
    made = child(lambda own: 2 if own == first else 3)
"""


def programs_of(process):
    """The ids of the BPF programs that a process has loaded."""
    found = set()
    for descriptor in os.listdir(f"/proc/{process}/fdinfo"):
        try:
            with open(f"/proc/{process}/fdinfo/{descriptor}") as file:
                found |= set(re.findall(r"^prog_id:\s*(\d+)$", file.read(), re.M))
        except FileNotFoundError:   # the descriptor was closed after listdir()
            pass
    return found


@unittest.skipIf(can_observe(), can_observe())
class Faults(CommandTest):
    def observe(self, *words, **options):
        return self.cotrace("--observe", "-o", self.path("trace"), *words, **options)

    def observed(self, *words, status=0):
        """The trace of a command that is observed to its end."""
        got, _, err = self.finish(self.observe(*words))
        self.assertEqual(got, status)
        self.assertNotIn("cotrace", err)
        return self.contents("trace")

    def waiting_subject(self, *words):
        """A process that makes its calls when its standard input is closed, and a tracer that is attached to it."""
        subject = self.start(*words, stdin=subprocess.PIPE)
        tracer = self.observe("-p", subject.pid, "--buffer-size=64KiB")
        self.assertTrue(tracer.stderr.readline().endswith("attached\n"))
        return subject, tracer

    def assert_unloaded(self, programs):
        """Checks that the kernel soon has none of the BPF programs with these ids."""
        if BPFTOOL:
            self.assertTrue(wait_until(lambda: not any(
                subprocess.run([BPFTOOL, "prog", "show", "id", each], capture_output=True, check=False).returncode == 0
                for each in programs)))

    def test_full_buffer(self):
        """While the tracer is stopped, the subject runs on. Later the tracer reports how many records were lost."""
        subject, tracer = self.waiting_subject(guest("calls_when_told"), "2000")
        tracer.send_signal(signal.SIGSTOP)
        self.assertTrue(wait_until(lambda: state_of(tracer.pid) == "T"))
        subject.stdin.close()
        self.assertEqual(subject.wait(), 2000 % 256)
        tracer.send_signal(signal.SIGCONT)
        status, _, err = self.finish(tracer)
        self.assertEqual(status, 0)
        lost = sum(map(int, re.findall(r"\+\+\+ (\d+) records? lost \+\+\+", self.contents("trace"))))
        self.assertGreater(lost, 10000)
        self.assertIn(f"{lost} records were lost: use a larger --buffer-size", err)

    def test_killed_tracer(self):
        """A subject lives on when the tracer is killed, and the BPF programs vanish with the tracer."""
        subject, tracer = self.waiting_subject(guest("calls_when_told"), "7")
        programs = programs_of(tracer.pid)
        self.assertTrue(programs)
        tracer.kill()
        tracer.wait()
        self.assert_unloaded(programs)
        subject.stdin.close()
        self.assertEqual(subject.wait(), 7)

    def test_detached_subject(self):
        """A subject lives on when the tracer is told to end."""
        subject, tracer = self.waiting_subject(guest("calls_when_told"), "7")
        tracer.send_signal(signal.SIGINT)
        self.finish(tracer)
        self.assertIsNone(subject.poll())
        subject.stdin.close()
        self.assertEqual(subject.wait(), 7)

    def test_many_processes(self):
        """An observation sees the begin and the end of each of many short processes."""
        trace = self.observed("-f", "-e", "trace=execve,exit_group", "sh", "-c", "for i in $(seq 300); do /bin/true; done")
        self.assertEqual(len(re.findall(r'execve\("/bin/true"', trace)), 300)
        self.assertEqual(len(re.findall(r"\+\+\+ exited with 0 \+\+\+", trace)), 302)   # 300 times true, and sh and seq

    def test_exec_by_another_thread(self):
        """A thread that executes a program gets the id of the thread group leader."""
        trace = self.observed("-f", guest("thread_execs"), guest("nothing"))
        leader = re.match(r"\d+", trace)[0]
        self.assertRegex(trace, r"\+\+\+ superseded by execve in pid \d+ \+\+\+")
        self.assertRegex(trace, rf"(?m)^{leader} +\+\+\+ exited with 0 \+\+\+$")

    def test_call_under_way(self):
        """A call that began before the attach is seen at its exit."""
        subject = self.start(guest("reads_line"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.assertEqual(subject.stdout.readline(), "ready\n")
        self.assertTrue(wait_until(lambda: state_of(subject.pid) == "S"))
        tracer = self.observe("-p", subject.pid)
        self.assertTrue(tracer.stderr.readline().endswith("attached\n"))
        subject.stdin.write("text\n")
        subject.stdin.flush()
        subject.wait()
        self.finish(tracer)
        self.assertRegex(self.contents("trace"), r'\Aread\(0, "text\\n", 63\) += 5\n')

    def test_out_of_memory(self):
        """A subject does not notice that the tracer gets no more memory, and nothing of the tracer is left behind."""
        subject, tracer = self.waiting_subject(guest("calls_when_told"), "2000")
        programs = programs_of(tracer.pid)
        resource.prlimit(tracer.pid, resource.RLIMIT_AS, (1, 1))
        subject.stdin.close()
        self.assertEqual(subject.wait(), 2000 % 256)
        self.finish(tracer)
        self.assert_unloaded(programs)

    def test_reused_id(self):
        """If a process gets the id of an ended process, its lines are not taken for lines of the ended process."""
        if not os.access(LAST_PID, os.W_OK):
            self.skipTest(f"{LAST_PID} cannot be written")
        tracer = self.observe("-f", "-e", "trace=exit_group", sys.executable, "-c", REUSES_ID)
        status, out, _ = self.finish(tracer)
        self.assertEqual(status, 0)
        lines = re.findall(rf"(?m)^{int(out)} +(.*?) *(?:= .*)?$", self.contents("trace"))
        self.assertEqual(lines, ["exit_group(1)", "+++ exited with 1 +++", "exit_group(2)", "+++ exited with 2 +++"])

    def test_other_namespaces(self):
        """Processes in other pid namespaces are followed."""
        need("unshare")
        trace = self.observed("-f", "-e", "trace=execve", "unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", "/bin/true; exit 3",
                              status=3)
        self.assertEqual(len(re.findall(r"\+\+\+ exited with", trace)), 3)

    def test_two_tracers(self):
        """Two tracers see the same calls of a process, and each sees all of them."""
        subject = self.start(guest("calls_when_told"), "3", stdin=subprocess.PIPE)
        tracers = [self.cotrace("--observe", "-o", self.path(name), "-p", subject.pid) for name in ("first", "second")]
        for each in tracers:
            self.assertTrue(each.stderr.readline().endswith("attached\n"))
        subject.stdin.close()
        subject.wait()
        for each in tracers:
            self.assertEqual(self.finish(each)[0], 0)
        calls = [re.findall(r"(?m)^get\w+", self.contents(name)) for name in ("first", "second")]
        self.assertEqual(calls[0], calls[1])
        self.assertEqual(len(calls[0]), 3 * 9)

    def test_debugged_meanwhile(self):
        """A process that is observed can be traced with ptrace at the same time."""
        subject, tracer = self.waiting_subject(guest("calls_when_told"), "2")
        other = self.cotrace("-o", self.path("other"), "-p", subject.pid)
        self.assertTrue(other.stderr.readline().endswith("attached\n"))
        subject.stdin.close()
        subject.wait()
        self.assertEqual([self.finish(each)[0] for each in (tracer, other)], [0, 0])
        self.assertEqual(len(re.findall("getppid", self.contents("trace"))), 2)
        self.assertEqual(len(re.findall("getppid", self.contents("other"))), 2)

    def test_tracer_itself(self):
        """cotrace refuses to observe itself, with a message of one line."""
        status, _, err = self.run_to_end("sh", "-c", f'exec "{COTRACE}" --observe -p $$')
        self.assertEqual(status, 1)
        self.assert_one_line(err)

    def test_hostile_memory(self):
        """Memory that changes, ends or has an impossible length makes no call disappear."""
        trace = self.observed("-f", guest("passes_hostile_memory"), "300")
        for pattern, count in ((r"openat\(AT_FDCWD, 0x10, O_RDONLY", 300), (r"write\(-1, 0xffffffffffffffff, ", 300),
                               (r"execve\(0x10, ", 300), (r"writev\(-1, ", 900)):
            self.assertEqual(len(re.findall(pattern, trace)), count, pattern)
        self.assertRegex(trace, r'write\(-1, "b{32}"\.\.\., 18446744073709551615\) = -1 EBADF')

    def test_paths_of_closed_descriptors(self):
        """The path of a descriptor is known although the descriptor is closed before the tracer handles the call."""
        trace = self.observed("-y", "-P", "/etc/hostname", "cat", "/etc/hostname")
        self.assertRegex(trace, r'openat\(AT_FDCWD<.*>, "/etc/hostname", O_RDONLY\) = 3</etc/hostname>')
        self.assertRegex(trace, r"(read|copy_file_range)\(3</etc/hostname>, ")
        self.assertRegex(trace, r"close\(3</etc/hostname>\) += 0")

    def test_only_failed_calls(self):
        """With -Z, successful calls leave no record, and failed calls are complete."""
        trace = self.observed("-Z", "-e", "trace=open,openat,access", "cat", "/etc/hostname", "/nonexistent", status=1)
        self.assertRegex(trace, r'openat\(AT_FDCWD, "/nonexistent", O_RDONLY\) = -1 ENOENT')
        self.assertNotIn("/etc/hostname", trace)


@unittest.skipIf(can_observe(), can_observe())
class Refused(CommandTest):
    """Where the kernel refuses a part of an observation, cotrace says so in one line, and starts no program."""

    def assert_refused(self, told, *profile, **options):
        words = (DENYING, *profile, "--") if profile else ()
        status, _, err = self.run_to_end(*words, COTRACE, "--observe", "touch", "started", **options)
        self.assertEqual(status, 1)
        self.assert_one_line(err, told)
        self.assertFalse(os.path.exists(self.path("started")))

    def test_maps(self):
        self.assert_refused("Cannot allocate memory", "bpf:0=12")

    def test_programs(self):
        self.assert_refused("CAP_BPF and CAP_PERFMON", "bpf:5=1")
        self.assert_refused("Argument list too long", "bpf:5=7")

    def test_attach(self):
        self.assert_refused("attach", "bpf:17=16", "bpf:28=16")   # BPF_RAW_TRACEPOINT_OPEN and BPF_LINK_CREATE fail with EBUSY

    @unittest.skipIf(is_sanitized(), "the address sanitizer takes all address space")
    def test_address_space(self):
        self.assert_refused("map the ring buffer", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (60 << 20,) * 2))

    def test_fallback(self):
        status, _, err = self.run_to_end(DENYING, "bpf:5=1", "--", COTRACE, "--observe=try", "-e", "trace=exit_group", "true")
        self.assertEqual(status, 0)
        self.assertIn("tracing with ptrace", err)
        self.assertIn("exit_group(0)", err)


@unittest.skipIf(can_observe(), can_observe())
class WithoutPrivileges(CommandTest):
    """cotrace without CAP_BPF says what it lacks, or traces with ptrace."""

    def setUp(self):
        super().setUp()
        need("setpriv")
        self.words = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--reuid=65534", "--regid=65534", "--clear-groups",
                      COTRACE)

    def test_refused(self):
        status, _, err = self.run_to_end(*self.words, "--observe", "true")
        self.assertEqual(status, 1)
        self.assert_one_line(err, "CAP_BPF and CAP_PERFMON")

    def test_fallback(self):
        status, _, err = self.run_to_end(*self.words, "--observe=try", "-e", "trace=exit_group", "true")
        self.assertEqual(status, 0)
        self.assertIn("tracing with ptrace", err)
        self.assertIn("exit_group(0)", err)


if __name__ == "__main__":
    main()
