#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests the contexts of threads that --secontext prints. They cannot be imitated, so these tests need SELinux."""

import os
import re
import subprocess
import unittest

from selinux_support import FIRST, HAS_TRACE_FILES, OTHER, SECOND, TRACED, ContextTest, need_test_policy, type_of
from support import LIMIT, main


class ThreadContexts(ContextTest):
    """The line of a call has the context that the thread had at the entry of the call. The line of a signal has the context
    that the thread had at the arrival of the signal."""

    def setUp(self):
        super().setUp()
        need_test_policy(self)

    def lines_of(self, text):
        """The lines of a trace, each as (thread id, context or None, the rest)."""
        return [re.fullmatch(r"(\d+) +(?:\[([^\]]*)\] )?(.*)", line).groups() for line in text.splitlines()]

    def trace_program(self, program, *options, arguments=()):
        """Traces `program`. Returns the lines of the trace, and the list of (thread id, context) that the program printed."""
        status, out, err = self.trace_with_policy("-o", "t", "-f", "-s", "200", *options, "python3", "-c", TRACED + program,
                                                  *arguments)
        self.assertEqual((status, err), (0, ""))
        said = [tuple(line.split(" ")) for line in out.splitlines()]
        self.assertNotEqual(said, [])
        return self.lines_of(self.contents("t")), said

    def calls_in(self, lines, *names):
        return [(name, context) for _, context, rest in lines for name in names if rest.startswith(name + "(")]

    def assert_marks(self, lines, said):
        """Compares the lines of the calls that `mark` makes with what `mark` printed."""
        self.assertEqual([(thread, context) for thread, context, rest in lines if rest.startswith("sched_yield(")], said)

    def test_forms(self):
        self.write_policy("none -- <<none>>")
        program = f'become("{FIRST}")\nmark()\nbecome("{OTHER}")\nmark()\n'
        for option in "--secontext=full", "--secontext=full,mismatch":
            lines, said = self.trace_program(program, option, "-e", "trace=sched_yield")
            self.assertEqual([context for _, context in said], [FIRST, OTHER])
            self.assert_marks(lines, said)
        for option in "--secontext", "--secontext=mismatch":
            lines, said = self.trace_program(program, option, "-e", "trace=sched_yield")
            self.assert_marks(lines, [(thread, type_of(context)) for thread, context in said])
        lines, said = self.trace_program(program, "-e", "trace=sched_yield")
        self.assert_marks(lines, [(thread, None) for thread, _ in said])
        # The context is between the thread id and the time.
        status, _, err = self.trace("-f", "-r", "--secontext", "-e", "trace=sched_yield", "-e", "signal=none", "sh", "-c",
                                    'python3 -c "$0" & wait', TRACED + program)
        self.assertEqual(status, 0, err)
        self.assertRegex(err, r"(?m)^\[pid +\d+\] \[first_t\] +\d\.\d{6} sched_yield\(\) += 0$")

    def test_change_of_the_current_context(self):
        program = f'mark()\nbecome("{FIRST}")\nmark()\nbecome("{SECOND}")\nmark()\n'
        for options in ((), ("-z",), ("--whole-lines",)):
            lines, said = self.trace_program(program, "--secontext=full", *options, "-e", "trace=write,sched_yield")
            before, first, second = (context for _, context in said)
            self.assertEqual([first, second], [FIRST, SECOND])
            self.assertNotEqual(before, FIRST)
            self.assertEqual(self.calls_in(lines, "write", "sched_yield"), [
                ("write", before), ("sched_yield", before), ("write", before),
                ("write", first), ("sched_yield", first), ("write", first),
                ("write", second), ("sched_yield", second)])

    def test_change_at_execve(self):
        program = f'become("{OTHER}", "exec")\nmark()\nos.execv(sys.executable, ["python3", "-c", sys.argv[1]])\n'
        for options in ((), ("-z",), ("--whole-lines",)):
            lines, said = self.trace_program(program, "--secontext=full", *options, "-e", "trace=execve,sched_yield",
                                             arguments=[TRACED + "mark()\n"])
            (_, before), (_, after) = said
            self.assertNotEqual(before, OTHER)
            self.assertEqual(after, OTHER)
            self.assertEqual(self.calls_in(lines, "execve", "sched_yield"), [
                ("execve", before), ("sched_yield", before), ("execve", before), ("sched_yield", after)])

    def test_transition_that_the_policy_asks_for(self):
        """A thread with the type first_t gets the type second_t when it executes a file with the type program_t."""
        with open("/bin/cat", "rb") as program, open(self.path("cat"), "wb") as copy:
            copy.write(program.read())
        os.chmod(self.path("cat"), 0o755)
        os.setxattr(self.path("cat"), "security.selinux", b"system_u:object_r:program_t:s0\0")
        program = f'become("{FIRST}")\nmark()\nos.execv("./cat", ["cat", "/proc/thread-self/attr/current"])\n'
        status, out, err = self.trace("-o", "t", "-f", "-s", "200", "--secontext=full", "-e", "trace=execve,read",
                                      "python3", "-c", TRACED + program)
        self.assertEqual((status, err), (0, ""))
        before, after = (line.split(" ")[-1] for line in out.rstrip("\0\n").splitlines())
        self.assertEqual([before, after], [FIRST, SECOND])
        trace = self.contents("t")
        self.assertRegex(trace, r'(?m)^\d+ +\[%s\] execve\("\./cat" \[system_u:object_r:program_t:s0\], ' % re.escape(FIRST))
        self.assertRegex(trace, r'(?m)^\d+ +\[%s\] read\(\d+ \[\S+\], "%s' % (re.escape(SECOND), re.escape(SECOND)))

    def test_several_threads_and_processes(self):
        program = f"""become("{FIRST}")
def other():
    become("{SECOND}")
    mark()
mark()
thread = threading.Thread(target=other)
thread.start()
thread.join()
mark()
ours, theirs = socket.socketpair()
child = os.fork()
if child == 0:
    become("{OTHER}")
    for _ in range(3):
        theirs.recv(1)
        mark()
        theirs.send(b"x")
    os._exit(0)
for _ in range(3):
    mark()
    ours.send(b"x")
    ours.recv(1)
os.waitpid(child, 0)
mark()
"""
        lines, said = self.trace_program(program, "--secontext=full", "-e", "trace=sched_yield")
        self.assertEqual([context for _, context in said], [FIRST, SECOND, FIRST, *(FIRST, OTHER) * 3, FIRST])
        self.assertEqual(len({thread for thread, _ in said}), 3)
        self.assert_marks(lines, said)

    def test_files_of_a_thread(self):
        """The kernel gives the files of a thread in /proc the context of the thread."""
        program = f"""become("{FIRST}")
PATHS = "/proc/self/status", "//proc/self/status", "/proc/thread-self/status", "/proc/thread-self", "/dev/fd/0"
def other():
    become("{SECOND}")
    mark()
    for path in PATHS:
        os.close(os.open(path, os.O_RDONLY))
    for path in PATHS:
        print(path, os.getxattr(path, "security.selinux", follow_symlinks=False).rstrip(b"\\0").decode())
thread = threading.Thread(target=other)
thread.start()
thread.join()
"""
        lines, said = self.trace_program(program, "--secontext=full", "-e", "trace=openat")
        thread, context = said.pop(0)
        self.assertEqual(context, SECOND)
        self.assertEqual([context for _, context in said[:3]], [FIRST, FIRST, SECOND])
        for path, context in said:
            self.assertTrue(any(each[0] == thread and each[2].startswith(f'openat(AT_FDCWD, "{path}" [{context}], ')
                                for each in lines), (path, context, lines))

    def test_lines_without_a_call(self):
        """The line about the end of a thread has no context, even while /proc still has the process as a zombie. A parent gets
        the wait status of a traced child only after cotrace has got it."""
        program = f"""import signal
signal.signal(signal.SIGUSR1, lambda *_: None)
become("{FIRST}")
os.kill(os.getpid(), signal.SIGUSR1)
child = os.fork()
if child == 0:
    os._exit(5)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
mark()
os.waitpid(child, 0)
become("{SECOND}")
"""
        lines, _ = self.trace_program(program, "--secontext=full", "-e", "trace=kill,exit_group,sched_yield")
        shown = [(context, re.split(r"[({]", rest)[0]) for _, context, rest in lines]
        self.assertEqual(sorted(shown, key=str), sorted([
            (FIRST, "kill"), (FIRST, "--- SIGUSR1 "), (FIRST, "exit_group"), (None, "+++ exited with 5 +++"),
            (FIRST, "--- SIGCHLD "), (FIRST, "sched_yield"), (SECOND, "exit_group"), (None, "+++ exited with 0 +++")], key=str))

    def test_other_ways_to_trace(self):
        program = f'become("{FIRST}")\nmark()\nbecome("{OTHER}")\nmark()\n'
        for option in "--in-kernel-filter=never", "--entries-only":
            lines, said = self.trace_program(program, option, "--secontext=full", "-e", "trace=sched_yield")
            self.assertEqual([context for _, context in said], [FIRST, OTHER])
            self.assert_marks(lines, said)

    def test_attached_process(self):
        program = TRACED + f'become("{FIRST}")\nprint(flush=True)\nsys.stdin.readline()\nmark()\n'
        target = self.start("python3", "-c", program, stdin=subprocess.PIPE)
        target.stdout.readline()
        tracer = self.cotrace("-o", "t", "-f", "--secontext=full", "-e", "trace=sched_yield", "-p", target.pid)
        self.assertIn("attached", tracer.stderr.readline())
        out, _ = target.communicate("\n", timeout=LIMIT)
        self.assertEqual(self.finish(tracer)[0], 0)
        self.assertEqual(out, f"{target.pid} {FIRST}\n")
        self.assert_marks(self.lines_of(self.contents("t")), [(str(target.pid), FIRST)])

    @unittest.skipUnless(HAS_TRACE_FILES, "cotrace was built without trace files")
    def test_recorded_trace(self):
        program = f'become("{FIRST}")\nmark()\nbecome("{OTHER}", "exec")\n'
        program += 'os.execv(sys.executable, ["python3", "-c", sys.argv[1]])\n'
        status, out, err = self.trace("--record", "r", "-f", "--secontext", "-e", "trace=execve,sched_yield", "python3", "-c",
                                      TRACED + program, TRACED + "mark()\n")
        self.assertEqual((status, err), (0, ""))
        said = [tuple(line.split(" ")) for line in out.splitlines()]
        self.assertEqual([context for _, context in said], [FIRST, OTHER])
        status, out, err = self.trace("view", "r", "-f", "--secontext=full")
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(self.calls_in(self.lines_of(out), "execve", "sched_yield")[1:],
                         [("sched_yield", FIRST), ("execve", FIRST), ("sched_yield", OTHER)])


if __name__ == "__main__":
    main()
