#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Each wrong invocation gives one line that explains the mistake, and starts nothing."""

import os
import subprocess
import sys

from support import COTRACE, CommandTest, main

# Options, and the error message that they cause.
MISTAKES = (
    (("-e", "trace=opne"), "invalid system call 'opne'; did you mean 'open'?"),
    (("-e", "opne"), "invalid system call 'opne'; did you mean 'open'?"),
    (("-e", "trace=%fille"), "invalid system call '%fille'; did you mean '%file' or 'file'?"),
    (("-e", "trcae=open"), "invalid qualifier 'trcae'; did you mean 'trace'?"),
    (("-e", "injct=open:error=1"), "invalid qualifier 'injct'; did you mean 'inject'?"),
    (("-e", "foo=bar"), "invalid system call 'foo=bar'"),
    (("-e", "/read=x"), "invalid system call '/read=x'"),
    (("-e", "inject=open:error=ENOET"), "invalid inject argument 'open:error=ENOET'; did you mean 'ENOENT', 'ENONET' or 'ENODEV'?"),
    (("-e", "inject=open:eror=ENOENT"), "invalid inject argument 'open:eror=ENOENT'; did you mean 'error'?"),
    (("-e", "inject=open:signal=SIGUSR3"), "invalid inject argument 'open:signal=SIGUSR3'; did you mean 'SIGUSR1', 'SIGUSR2' or 'SIGURG'?"),
    (("-e", "inject=open:when=0"), "invalid inject argument 'open:when=0'"),
    (("-e", "inject=opn:error=1"), "invalid system call 'opn'; did you mean 'open'?"),
    (("-e", "signal=SIGTRM"), "invalid signal 'SIGTRM'; did you mean 'SIGTERM', 'SIGTRAP' or 'SIGALRM'?"),
    (("-e", "quiet=exts"), "invalid quiet 'exts'"),   # too short for a suggestion
    (("-e", "quiet=exitss"), "invalid quiet 'exitss'; did you mean 'exits' or 'exit'?"),
    (("-e", "inject=open:error=EPERM:error=ENOENT"), "invalid inject argument 'open:error=EPERM:error=ENOENT'"),
    (("-e", "fault=open:signal=SIGKILL"), "invalid fault argument 'open:signal=SIGKILL'"),
    (("--fol=3",), "option '--follow-forks' doesn't allow an argument"),
    (("--summary=3",), "option '--summary' doesn't allow an argument"),
    (("-e", "status=faild"), "invalid status 'faild'; did you mean 'failed'?"),
    (("-e", "decode-fds=sokcet"), "invalid decode-fds: 'sokcet'; did you mean 'socket'?"),
    (("--where", "eror == ENOENT"), "invalid --where argument: column 1: unknown name 'eror'; did you mean 'error'?"),
    (("--where", "path = \"/etc\""),
     "invalid --where argument: column 6: expected one of == != ~ !~ has in after 'path', not '='"),
    (("--until", "signal == SIGTRM"),
     "invalid --until argument: column 11: unknown signal 'SIGTRM'; did you mean 'SIGTERM', 'SIGTRAP' or 'SIGALRM'?"),
    (("--fromat=json",), "unrecognized option '--fromat=json'; did you mean '--format'?"),
    (("--folow-forks",), "unrecognized option '--folow-forks'; did you mean '--follow-forks'?"),
    (("--nothing-like-it",), "unrecognized option '--nothing-like-it'"),
    (("--format=jsn",), "invalid --format argument: 'jsn'; did you mean 'json'?"),
    (("-o", ""), "cannot open '': No such file or directory"),
    (("-a", "-1"), "invalid -a argument: '-1'"),
)


class Mistakes(CommandTest):
    def test_each_is_one_line_and_starts_nothing(self):
        for options, line in MISTAKES:
            with self.subTest(options):
                status, out, err = self.trace(*options, "touch", self.path("started"))
                self.assertEqual((status, out), (1, ""))
                self.assertEqual(err, f"{COTRACE}: {line}\n")
                self.assertFalse(os.path.exists(self.path("started")))

    def test_abbreviations_of_options_that_strace_has(self):
        for option in ("--fo", "--follow", "--trace-p=/dev/null", "--out=t", "--env=X=1"):
            with self.subTest(option):
                self.assertEqual(self.trace(option, "-o", "t", "true")[0], 0 if option != "--out=t" else 1)
        status, _, err = self.trace("--at", "x", "true")
        self.assertEqual(status, 1)
        self.assertIn("'x'", err)   # is --attach, although cotrace also has --attach-tree and others
        self.assertIn("is ambiguous", self.trace("--s", "3", "true")[2])

    def test_a_very_large_column_takes_no_memory(self):
        status, _, err = self.trace("-a", "2000000000", "-e", "trace=exit_group,chdir", "sh", "-c", "cd /")
        self.assertEqual(status, 0)
        self.assertLess(len(err), 20000)

    def test_a_variable_without_a_name(self):
        status, out, _ = self.trace("-o", "t", "-E", "=x", sys.executable, "-I", "-S", "-c",
                                    "print(open('/proc/self/environ', 'rb').read().count(b'\\0=x\\0'))")
        self.assertEqual((status, out), (0, "1\n"))

    def test_the_help_cannot_be_written(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([COTRACE, "-h"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left on device", done.stderr)

    def test_without_a_standard_error(self):
        done = subprocess.run(["sh", "-c", 'exec "$@" 2>&-', "sh", COTRACE, "-o", self.path("t"), "true"], check=False)
        self.assertEqual(done.returncode, 0)
        self.assertIn("execve(", self.contents("t"))

    def test_a_script_without_its_interpreter(self):
        script = self.path("script")
        with open(script, "w") as file:
            file.write("#! /no/such/interpreter -x\n")
        os.chmod(script, 0o755)
        status, _, err = self.trace("-o", "t", script)
        self.assertEqual(status, 127)
        self.assert_one_line(err, f"{script}: bad interpreter: /no/such/interpreter: No such file or directory")

    def test_a_script_whose_lines_end_with_a_carriage_return(self):
        script = self.path("script")
        with open(script, "w") as file:
            file.write("#!/bin/sh\r\n")
        os.chmod(script, 0o755)
        err = self.trace("-o", "t", script)[2]
        self.assert_one_line(err, f"{script}: bad interpreter: /bin/sh\\r: No such file or directory")

    def test_an_attach_that_is_not_permitted(self):
        if os.geteuid() != 0:
            self.skipTest("only root can change its user")
        with open("/proc/2/comm") as file:
            if file.read() != "kthreadd\n":
                self.skipTest("process 2 is no thread of the kernel in this pid namespace")
        status, _, err = self.trace("-p", "2")
        self.assertEqual(status, 1)
        self.assert_one_line(err, "Operation not permitted; it is a thread of the kernel")
        subject = self.start("sleep", "60")
        process = self.start("setpriv", "--reuid=65534", "--clear-groups", COTRACE, "-p", subject.pid)
        status, _, err = self.finish(process)
        subject.kill()
        self.assertEqual(status, 1)
        self.assertRegex(err, r"Operation not permitted; (it belongs to user 0: run cotrace as this user or with CAP_SYS_PTRACE"
                              r"|/proc/sys/kernel/yama/ptrace_scope is [123]: .*|a seccomp profile applies.*)\n$")


if __name__ == "__main__":
    main()
