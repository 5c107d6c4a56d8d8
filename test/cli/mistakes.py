#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Each wrong invocation gives one line that explains the mistake, and starts nothing."""

import os
import subprocess
import sys

from support import COTRACE, CommandTest, main, need

# Pairs: the options of a command line, and the error message that they cause.
MISTAKES = (
    (("-e", "trace=opne"), "invalid system call 'opne'; did you mean 'open' or 'openat'?"),
    (("-e", "opne"), "invalid system call 'opne'; did you mean 'open' or 'openat'?"),
    (("-e", "trace=%fille"), "invalid system call '%fille'; did you mean '%file' or 'file'?"),
    (("-e", "trcae=open"), "invalid qualifier 'trcae'; did you mean 'trace'?"),
    (("-e", "injct=open:error=1"), "invalid qualifier 'injct'; did you mean 'inject'?"),
    (("-e", "foo=bar"), "invalid qualifier 'foo'"),
    (("-e", "expr=x"), "invalid qualifier 'expr'"),
    (("-e", "Trace=open"), "invalid qualifier 'Trace'; did you mean 'trace'?"),
    (("-e", "/read=x"), "invalid system call '/read=x'"),
    (("-e", "inject=open:error=ENOET:when=1"),
     "invalid inject argument 'open:error=ENOET:when=1'; in 'error=ENOET': did you mean 'ENOENT', 'ENONET' or 'ENODEV'?"),
    (("-e", "inject=open:eror=ENOENT"), "invalid inject argument 'open:eror=ENOENT'; in 'eror=ENOENT': did you mean 'error'?"),
    (("-e", "inject=open:signal=SIGUSR3"),
     "invalid inject argument 'open:signal=SIGUSR3'; in 'signal=SIGUSR3': did you mean 'SIGUSR1', 'SIGUSR2' or 'SIGURG'?"),
    (("-e", "inject=open:when=0"),
     "invalid inject argument 'open:when=0'; in 'when=0': expected FIRST[..LAST][+[STEP]], numbers from 1 to 65535"),
    (("-e", "inject=open:when=x:error=EIO"),
     "invalid inject argument 'open:when=x:error=EIO'; in 'when=x': expected FIRST[..LAST][+[STEP]], numbers from 1 to 65535"),
    (("-e", "inject=open:foo=1"),
     "invalid inject argument 'open:foo=1'; in 'foo=1': expected when=, error=, syscall=, path=, retval=, signal=, "
     "delay_enter=, delay_exit=, poke_enter= or poke_exit="),
    (("-e", "inject=open:retval=abc"), "invalid inject argument 'open:retval=abc'; in 'retval=abc': expected a number"),
    (("-e", "inject=open:delay_enter=5x"),
     "invalid inject argument 'open:delay_enter=5x'; in 'delay_enter=5x': expected a number, and s, ms, us or ns"),
    (("-e", "inject=open:poke_enter=@arg9=00"),
     "invalid inject argument 'open:poke_enter=@arg9=00'; in 'poke_enter=@arg9=00': expected "
     "@argN=HEX[,@argN=HEX]... with N from 1 to 7"),
    (("-e", "inject=open:error=4096"),
     "invalid inject argument 'open:error=4096'; in 'error=4096': expected a name such as ENOENT, or a number from 1 to 4095"),
    (("-e", "inject=open:signal=65"),
     "invalid inject argument 'open:signal=65'; in 'signal=65': expected a name such as SIGTERM, or a number from 1 to 64"),
    (("-e", "inject=open:error=EIO:retval=1"),
     "invalid inject argument 'open:error=EIO:retval=1'; in 'retval=1': error= was given before"),
    (("-e", "inject=open:retval=1:error=EIO"),
     "invalid inject argument 'open:retval=1:error=EIO'; in 'error=EIO': retval= was given before"),
    (("-e", "inject=open:error"),
     "invalid inject argument 'open:error'; in 'error': expected '=', and a name such as ENOENT, or a number from 1 to 4095"),
    (("-e", "inject=open:path=:error=EIO"),
     "invalid inject argument 'open:path=:error=EIO'; in 'path=': expected a pattern such as /etc/*"),
    (("-e", "inject=open"),
     "invalid inject argument 'open'; it injects nothing without error=, retval=, signal=, delay_enter=, delay_exit=, "
     "poke_enter= or poke_exit="),
    (("-e", "inject=opn:error=1"), "invalid system call 'opn'; did you mean 'open', 'iopl' or 'openat'?"),
    (("-e", "signal=SIGTRM"), "invalid signal 'SIGTRM'; did you mean 'SIGTERM', 'SIGTRAP' or 'SIGALRM'?"),
    (("-e", "quiet=exts"), "invalid quiet 'exts'; did you mean 'exits' or 'exit'?"),
    (("-e", "quiet=exitss"), "invalid quiet 'exitss'; did you mean 'exits' or 'exit'?"),
    (("-e", "inject=open:error=EPERM:error=ENOENT"),
     "invalid inject argument 'open:error=EPERM:error=ENOENT'; in 'error=ENOENT': error= was given before"),
    (("-e", "fault=open:signal=SIGKILL"),
     "invalid fault argument 'open:signal=SIGKILL'; in 'signal=SIGKILL': expected when=, error=, syscall= or path="),
    (("-e", "inject=open:syscall=getpidd:error=EIO"),
     "invalid inject argument 'open:syscall=getpidd:error=EIO'; in 'syscall=getpidd': did you mean 'getpid', 'getppid' or 'getgid'?"),
    (("-e", "inject=open:syscall=close:error=EIO"),
     "invalid inject argument 'open:syscall=close:error=EIO'; in 'syscall=close': expected a call of the class %pure"),
    (("--fol=3",), "option '--follow-forks' doesn't allow an argument"),
    (("--summary=3",), "option '--summary' doesn't allow an argument"),
    (("-e", "status=faild"), "invalid status 'faild'; did you mean 'failed'?"),
    (("-e", "decode-fds=sokcet"), "invalid decode-fds: 'sokcet'; did you mean 'socket'?"),
    (("--where", "eror == ENOENT"), "invalid --where argument: column 1: unknown name 'eror'; did you mean 'error'?"),
    (("--where", "path = \"/etc\""),
     "invalid --where argument: column 6: expected one of == != ~ !~ has in after 'path', not '='"),
    (("--until", "signal == SIGTRM"),
     "invalid --until argument: column 11: unknown signal 'SIGTRM'; did you mean 'SIGTERM', 'SIGTRAP' or 'SIGALRM'?"),
    (("--fromat=json",), "unrecognized option '--fromat=json'; did you mean '--format' or '--from'?"),
    (("--folow-forks",), "unrecognized option '--folow-forks'; did you mean '--follow-forks'?"),
    (("--folow",), "unrecognized option '--folow'; did you mean '--follow-forks' or '--color'?"),
    (("--follw",), "unrecognized option '--follw'; did you mean '--follow-forks'?"),
    (("--strng",), "unrecognized option '--strng'; did you mean '--string-limit' or '--strings-in-hex'?"),
    (("--stak",),
     "unrecognized option '--stak'; did you mean '--stack-trace', '--stack-trace-frame-limit' or '--stack-traces'?"),
    (("--nothing-like-it",), "unrecognized option '--nothing-like-it'"),
    (("--format=jsn",), "invalid --format argument: 'jsn'; did you mean 'json'?"),
    (("-o", ""), "cannot open '': No such file or directory"),
    (("-ff", "-o", "no-folder/t"), "no-folder/: No such file or directory"),
    (("-ff", "-o", "no-folder/"), "no-folder/: No such file or directory"),
    (("-ff", "-o", "no-folder/t", "--output-name=%p"), "no-folder/: No such file or directory"),
    (("-ff", "--output-name=no-folder/%P/%p"), "no-folder/: No such file or directory"),
    (("-ff", "-o", "/dev/null/t"), "/dev/null/: Not a directory"),
    (("--run", "sh -c \"x"), "invalid --run argument: 'sh -c \"x'; a \" has no second \""),
    (("--run", "sh -c 'x"), "invalid --run argument: 'sh -c 'x'; a ' has no second '"),
    (("-X", "rwa"), "invalid -X argument: 'rwa'; did you mean 'raw'?"),
    (("-b", "exceve"), "Syscall 'exceve' for -b isn't supported; did you mean 'execve'?"),
    (("-c", "-S", "cals"), "invalid sortby: 'cals'; did you mean 'calls'?"),
    (("-c", "-U", "name,cals"), "unknown column name: 'cals'; did you mean 'calls'?"),
    (("--namespace=nwe",), "invalid -e namespace= argument: 'nwe'; did you mean 'new'?"),
    (("-e", "kvm=vcup"), "invalid -e kvm= argument: 'vcup'; did you mean 'vcpu'?"),
    (("--absolute-timestamps=unxi",), "invalid --absolute-timestamps argument: 'unxi'; did you mean 'unix'?"),
    (("-a", "-1"), "invalid -a argument: '-1'"),
    (("-kkk",), "Too many -k's (3), maximum supported -k count is 2"),
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
        self.assertIn("'x'", err)   # --at means --attach, although names of other options also begin with "at"
        self.assertIn("is ambiguous", self.trace("--s", "3", "true")[2])

    def test_a_very_large_column_takes_no_memory(self):
        status, _, err = self.trace("-a", "2000000000", "-e", "trace=exit_group,chdir", "sh", "-c", "cd /")
        self.assertEqual(status, 0)
        self.assertLess(len(err), 20000)

    def test_a_variable_without_a_name(self):
        status, out, _ = self.trace("-o", "t", "-E", "=x", sys.executable, "-I", "-S", "-c",
                                    "print(open('/proc/self/environ', 'rb').read().count(b'\\0=x\\0'))")
        self.assertEqual((status, out), (0, "1\n"))

    def test_an_empty_variable(self):
        # As in strace, -E with an empty argument does not change the environment.
        environment = {"PATH": os.environ["PATH"], "A": "1"}
        status, out, err = self.trace("-o", "t", "-E", "", "env", env=environment)
        self.assertEqual((status, sorted(out.split()), err), (0, sorted(f"{name}={value}" for name, value in environment.items()), ""))

    def test_an_empty_name_of_a_program(self):
        for options in (), ("-D",), ("--argv0=x",):
            status, out, err = self.trace(*options, "-o", "t", "", "word")
            self.assertEqual((status, out), (127, ""), options)
            self.assert_one_line(err, ": '': No such file or directory")

    def test_messages_begin_with_the_name_that_cotrace_was_started_with(self):
        def messages(*words):
            return self.run_to_end("another name", *words, executable=COTRACE)[2]

        missing = "another name: no-such-program: No such file or directory\n"
        self.assertEqual(messages("-p", "0"), "another name: Invalid process id: '0'\n")
        self.assertEqual(messages("-o", "t", "no-such-program"), missing)
        self.assertEqual(messages("-o", "t", "-D", "no-such-program"), missing)
        self.assertRegex(messages("-f", "-e", "trace=none", "sh", "-c", "true & wait"), r"(?m)^another name: Process \d+ attached$")

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
        for options in (), ("-D",):
            status, _, err = self.trace(*options, "-o", "t", script)
            self.assertEqual(status, 127, options)
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
                              r"(; /proc/sys/kernel/yama/ptrace_scope is [123]: .*)?|a seccomp profile denies.*)\n$")

    def test_an_attach_that_yama_does_not_permit(self):
        # The setting of Yama is replaced by a file. The attach is refused because the process belongs to another user.
        if os.geteuid() != 0:
            self.skipTest("only root can mount a file system")
        need("unshare", "setpriv")
        script = ('mount -t tmpfs none /proc/sys/kernel && mkdir /proc/sys/kernel/yama || exit 77; '
                  'echo "$1" > /proc/sys/kernel/yama/ptrace_scope; shift; '
                  'exec setpriv --reuid=65534 --clear-groups --inh-caps=-all "$@"')
        subject = self.start("sleep", "60")
        remedy = "; run cotrace as root, or as root set it to 0: sysctl kernel.yama.ptrace_scope=0"
        for scope, part in ((0, None), (1, "only descendants of cotrace can be traced" + remedy),
                            (2, "CAP_SYS_PTRACE is needed" + remedy), (3, "nobody may attach before the next boot")):
            status, _, err = self.run_to_end("unshare", "-m", "sh", "-c", script, "sh", scope, COTRACE, "-p", subject.pid)
            if status == 77:
                self.skipTest("no file system can be mounted: " + err)
            self.assertEqual(status, 1, err)
            yama = f"; /proc/sys/kernel/yama/ptrace_scope is {scope}: {part}" if part else ""
            self.assertEqual(err, f"{COTRACE}: cannot attach to {subject.pid}: Operation not permitted; it belongs to user 0: "
                                  f"run cotrace as this user or with CAP_SYS_PTRACE{yama}\n")
        subject.kill()


if __name__ == "__main__":
    main()
