#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs the command under seccomp profiles like those of containers: they deny io_uring, ptrace(2) or other calls."""

import errno
import os
import re
import signal

from support import COTRACE, CommandTest, guest, main, normalise, state_of, tracer_of, turn_off_leak_detector, wait_until

DENYING = os.environ.get("COTRACE_DENYING", "denying")

# The calls that Docker's default profile denies, among those that a tracer or a traced program makes.
DOCKER = [f"{call}={errno.EPERM}" for call in (
    "io_uring_setup", "io_uring_enter", "io_uring_register", "bpf", "perf_event_open", "userfaultfd", "add_key",
    "keyctl", "request_key", "mount", "umount2", "unshare", "setns")] + [f"clone3={errno.ENOSYS}"]

NO_PTRACE = [f"ptrace={errno.EPERM}"]
NO_VM_READ = [f"process_vm_readv={errno.EPERM}", f"process_vm_writev={errno.EPERM}"]
NO_PIDFD = [f"pidfd_open={errno.EPERM}"]
NO_SECCOMP = [f"seccomp={errno.EPERM}"]

PTRACE_GET_SYSCALL_INFO = 0x420e
OLD_KERNEL = [f"ptrace:{PTRACE_GET_SYSCALL_INFO}={errno.EIO}"]

turn_off_leak_detector()


class ProfileTest(CommandTest):
    def start_under(self, profile, *words, **options):
        return self.start(DENYING, *profile, "--", COTRACE, *words, **options)

    def trace_under(self, profile, *words, **options):
        return self.finish(self.start_under(profile, *words, **options))

    def assert_same_under(self, profile, *words):
        """Checks that the command has the same output, status and trace under the profile as without the profile."""
        plain = self.trace("-o", "plain", *words)
        under = self.trace_under(profile, "-o", "under", *words)
        self.assertEqual(under, plain)
        self.assertEqual(self.comparable("under"), self.comparable("plain"))
        self.assertIn("exit", self.contents("under"))

    def comparable(self, name):
        """The trace without the ids, addresses, random bytes, times of accesses and columns that differ between two runs."""
        text = re.sub(r"(set_tid_address\(.*\)) += .*", r"\1", self.contents(name))
        text = re.sub(r"st_atime=\d+ /\* \S+ \*/, st_atime_nsec=\d+", "st_atime", text)
        text = re.sub(r"getrandom\(\"[^\"]*\"", "getrandom(", text)
        return re.sub(r" += ", " = ", normalise(text))

    def attach_under(self, profile, *more):
        """Attaches to a guest that waits for a line. Returns the guest and the tracer."""
        subject = self.start(guest("reads_line"), stdin=-1)
        self.assertTrue(wait_until(lambda: state_of(subject.pid) == "S"))
        tracer = self.start_under(profile, "-o", "t", *more, "-p", subject.pid)
        self.assertTrue(wait_until(lambda: tracer_of(subject.pid) != 0 or tracer.poll() is not None))
        return subject, tracer


class Docker(ProfileTest):
    def test_waits_by_signalfd(self):
        tracer = self.start_under(DOCKER, "-o", "t", guest("reads_line"), stdin=-1)

        def opened():
            found = set()
            for each in os.listdir(f"/proc/{tracer.pid}/fd"):
                try:
                    found.add(os.readlink(f"/proc/{tracer.pid}/fd/{each}"))
                except FileNotFoundError:
                    pass
            return found

        self.assertTrue(wait_until(lambda: "anon_inode:[signalfd]" in opened()))
        self.assertNotIn("anon_inode:[io_uring]", opened())
        out, err = tracer.communicate("hello\n")
        self.assertEqual((tracer.returncode, err), (0, ""))

    def test_launches(self):
        self.assert_same_under(DOCKER, guest("hello"))

    def test_follows(self):
        status, out, err = self.trace_under(DOCKER, "-f", "-o", "t", "sh", "-c", "/bin/echo one; /bin/echo two; exit 5")
        self.assertEqual((status, out, err), (5, "one\ntwo\n", ""))
        self.assertEqual(self.contents("t").count("+++ exited with"), 3)

    def test_filters_in_the_kernel(self):
        self.assert_same_under(DOCKER, "--seccomp-bpf", "-f", "-e", "trace=write", guest("hello"))

    def test_attaches_and_detaches(self):
        subject, tracer = self.attach_under(DOCKER, "-f")
        tracer.send_signal(signal.SIGINT)
        self.finish(tracer)
        self.assertEqual(tracer_of(subject.pid), 0)
        subject.communicate("hello\n")
        self.assertEqual(subject.returncode, 0)

    def test_attaches_until_the_end(self):
        subject, tracer = self.attach_under(DOCKER)
        subject.communicate("hello\n")
        self.assertEqual(self.finish(tracer)[0], 0)
        self.assertIn("+++ exited with 0 +++", self.contents("t"))


class WithoutPtrace(ProfileTest):
    def test_a_launch_is_one_clear_error(self):
        for more in ((), ("-f",), ("--seccomp-bpf", "-f", "-e", "trace=write"), ("-D",)):
            status, out, err = self.trace_under(NO_PTRACE, *more, guest("hello"))
            self.assertEqual((status, out), (1, ""), more)
            self.assert_one_line(err, "PTRACE_SEIZE" if "-D" not in more else "",
                                 "Operation not permitted; a seccomp profile denies ptrace(2) to cotrace")

    def test_an_attach_is_one_clear_error(self):
        subject = self.start("sleep", "60")
        for more in ((), ("-f",)):
            status, out, err = self.trace_under(NO_PTRACE, *more, "-p", subject.pid)
            self.assertEqual((status, out), (1, ""))
            self.assert_one_line(err, str(subject.pid),
                                 "Operation not permitted; a seccomp profile denies ptrace(2) to cotrace")
        self.assertEqual(tracer_of(subject.pid), 0)
        self.assertIsNone(subject.poll())

    def test_an_old_kernel_is_one_clear_error(self):
        status, out, err = self.trace_under(OLD_KERNEL, guest("hello"))
        self.assertEqual((status, out), (1, ""))
        self.assert_one_line(err, "kernel is too old")

    def test_an_attach_on_an_old_kernel_is_one_clear_error(self):
        subject, tracer = self.attach_under(OLD_KERNEL)
        status, _, err = self.finish(tracer)
        self.assertEqual(status, 1)
        self.assert_one_line(err, "kernel is too old")
        subject.communicate("hello\n")
        self.assertEqual(subject.returncode, 0)


class WithoutOthers(ProfileTest):
    def test_memory_is_read_without_process_vm_readv(self):
        for words in ((guest("hello"),), ("-v", "-f", guest("makes_calls")), ("-s", "100", "cat", "/etc/passwd")):
            self.assert_same_under(NO_VM_READ, *words)

    def test_follows_and_attaches_without_pidfd_open(self):
        self.assert_same_under(NO_PIDFD, "-f", guest("hello"))
        subject, tracer = self.attach_under(NO_PIDFD)
        subject.communicate("hello\n")
        self.assertEqual(self.finish(tracer)[0], 0)

    def test_a_signal_to_the_command_reaches_the_program_without_pidfd_open(self):
        tracer = self.start_under(NO_PIDFD, "-o", "t", "sleep", "60")
        self.assertTrue(wait_until(lambda: os.path.exists(self.path("t")) and "nanosleep" in self.contents("t")))
        tracer.send_signal(signal.SIGTERM)
        self.assertEqual(self.finish(tracer)[0], -signal.SIGTERM)
        self.assertIn("+++ killed by SIGTERM +++", self.contents("t"))

    def test_pipes_the_trace_into_a_command_without_pidfd_open(self):
        status, _, err = self.trace_under(NO_PIDFD, "-o", "|cat > t", guest("hello"))
        self.assertEqual((status, err), (0, ""))
        self.assertTrue(wait_until(lambda: "+++ exited with 0 +++" in self.contents("t")))

    def test_filters_without_seccomp(self):
        self.assert_same_under(NO_SECCOMP, "--seccomp-bpf", "-f", "-e", "trace=write", guest("hello"))


if __name__ == "__main__":
    main()
