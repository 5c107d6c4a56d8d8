#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that options have the effect that they have in strace: runs both tracers with equal options and guests, and
compares their lines."""

import os
import re
import signal
import subprocess
import time

from differences import of_one_age
from support import COTRACE, LIMIT, CommandTest, guest, main, need, state_of, tracer_of, wait_until

STRACE = "/usr/bin/strace"

def hide(text):
    """Replaces the text that differs between two runs (ids, addresses, times, random bytes) by placeholders. The
    placeholder of a time is as wide as the time."""
    digits = lambda match: "#" * len(match.group(0))
    text = of_one_age(text)
    text = re.sub(r"((?<!\*)/[\w./-]*/)?\b(strace|cotrace): ", "TRACER: ", text)
    text = re.sub(r"\b0x[0-9a-f]{5,}\b", "ADDRESS", text)
    text = re.sub(r"\[[0-9a-f]{16}\]", "[IP]", text)
    text = re.sub(r"/\* \d+ vars \*/", "VARS", text)
    text = re.sub(r"\d\d:\d\d:\d\d(\.\d+)?", digits, text)
    text = re.sub(r"\b1\d{9}(\.\d+)?(?= )", digits, text)
    text = re.sub(r"(?<= {5})\d(\.\d+)?(?=\)? )", digits, text)
    text = re.sub(r"<\d+(\.\d+)?>$", digits, text, flags=re.M)
    text = re.sub(r'getrandom\("[^"]*"(\.\.\.)?', 'getrandom("BYTES"', text)
    text = re.sub(r"(st_(dev|ino|[amc]time(_nsec)?|blocks)=)[^,}]*?( /\*.*?\*/)?(?=[,}])", r"\1X", text)
    ids = re.findall(r"(?:(?:si_pid|PID)=|Process |\[pid +|in pid |to |kill\(|(?:get\w*id\(\)|set_tid_address\(.*\)) += )(\d+)", text)
    for order, each in enumerate(dict.fromkeys(ids)):
        text = re.sub(rf"\b{each}\b", f"ID{order}", text)
    return text


class AsStrace(CommandTest):
    def setUp(self):
        super().setUp()
        need(STRACE)

    def traced_by(self, tracer, options, words):
        process = self.start(tracer, *options, *words, stdout=subprocess.DEVNULL, errors="surrogateescape",
                             env={**os.environ, "LC_ALL": "C", "TZ": "UTC0"})
        status, _, err = self.finish(process)
        return status, err

    def same(self, options, words):
        with self.subTest(options=options, words=words):
            # If the lines differ, both tracers run again: a number that equals the process id by coincidence is hidden in one
            # trace only.
            for last in (False, True):
                ours = self.traced_by(COTRACE, options, words)
                theirs = self.traced_by(STRACE, options, words)
                if last or hide(ours[1]) == hide(theirs[1]):
                    break
            self.assertEqual(hide(ours[1]), hide(theirs[1]))
            self.assertEqual(ours[0], theirs[0])

    def all_same(self, words, *several):
        for options in several:
            self.same(options.split(), words)


class Lines(AsStrace):
    """The text that options add before and after the text of each call."""

    def test_times(self):
        self.all_same([guest("hello")], "-t", "-tt", "-ttt", "-r", "-r -t", "-r -tt", "-T", "-tt -T -r",
                      "--relative-timestamps=ns", "--relative-timestamps=s", "--syscall-times=ns", "--syscall-times=s",
                      "--relative-timestamps=ms --absolute-timestamps=unix,ns", "--absolute-timestamps=precision:ms",
                      "--timestamps=format:unix", "--absolute-timestamps=none", "-z -tt")

    def test_instruction_pointers_call_numbers_and_columns(self):
        self.all_same(["sh", "-c", "kill -USR1 $$"], "-i", "-n", "-i -n -a 0", "-a 80", "-a1", "--columns=50")

    def test_signals_and_ends(self):
        self.all_same(["sh", "-c", "trap : USR1; kill -USR1 $$; kill -USR2 $$"], "-e signal=none", "-e signal=!usr1",
                      "-e s=USR2", "-e signal=all", "-qq", "-qqq", "-e quiet=exit", "--silent=exits", "-q")

    def test_changes_of_the_abi(self):
        self.all_same([guest("calls_by_int80")], "-e trace=getpid,getppid", "-q -e trace=getpid,getppid", "--quiet=personality",
                      "--quiet=!personality")

    def test_notes_are_left_out_where_the_trace_goes_to_a_file(self):
        for words in ([guest("calls_by_int80")], ["sh", "-c", "true & wait"]):
            for options in ([], ["-f"], ["-f", "--quiet=none"], ["-f", "-qq"]):
                with self.subTest(options=options, words=words):
                    noise = [re.sub(r"\d+", "N", self.traced_by(tracer, [*options, "-o", "t", "-e", "trace=none"], words)[1])
                             for tracer in (COTRACE, STRACE)]
                    self.assertEqual(hide(noise[0]), hide(noise[1]))


class Calls(AsStrace):
    """Options that choose the calls to print, and the text of their lines."""

    def test_statuses(self):
        self.all_same(["sh", "-c", "[ -e /nonexistent ]; kill -USR1 $$"], "-z", "-Z", "-e status=unfinished", "-e status=!failed",
                      "--status=none", "--status=successful,failed", "-e status=detached", "--failed-only")

    def test_sets_of_calls(self):
        self.all_same([guest("hello")], "-e trace=openat@64", "-e trace=openat@32", "-e ?nosuch,openat", "-e /^open|^clos",
                      "-e trace=!%memory", "-e trace=none", "-e !all", "-e t=%%stat,%pure")

    def test_structures(self):
        self.all_same(["stat", "/"], "-v", "-e abbrev=none", "-e abbrev=!execve", "-e a=execve", "-e verbose=none",
                      "-e verbose=!statx", "-e v=%file", "-v -e abbrev=all", "-v -s 3")
        self.all_same(["ls", "/"], "-e verbose=none -e trace=getdents64")

    def test_bare_numbers(self):
        self.all_same(["sh", "-c", "kill -USR1 $$"], "-e raw=all -e trace=!getpid,getppid,kill,set_tid_address",
                      "-e raw=openat,%memory -e trace=openat,%memory", "-e x=!%memory -e trace=openat,mmap")

    def test_strings(self):
        self.all_same([guest("writes_literal")], "-x", "-xx", "--strings-in-hex=non-ascii-chars", "--strings-in-hex",
                      "--strings-in-hex=none", "-s 0", "-s 5", "-s 1000")

    def test_constants(self):
        for style in ("raw", "verbose", "abbrev"):
            # strace prints the flags of socket and statx as two numbers with a "|" between them.
            self.all_same(["ls", "-l", "/dev/null"], f"-X {style} -e trace=!socket,statx,getrandom")

    def test_dumps(self):
        text = ("import os, socket; r, w = os.pipe(); os.dup2(r, 10); os.dup2(w, 11);"
                r"os.write(11, bytes(range(256)) + b'\n'); os.writev(11, [b'one ', b'', b'and another one\n']);"
                "os.readv(10, [bytearray(5), bytearray(300), bytearray(9)]);"
                "a, b = socket.socketpair(); os.dup2(a.fileno(), 12);"
                "a.sendmsg([b'x' * 17, b'y']); b.recvmsg(40); a.sendto(b'z', 0) if 0 else a.send(b'z'); b.recv(9)")
        words = ["/usr/bin/python3", "-I", "-S", "-c", text]
        calls = "-e trace=write,writev,readv,sendmsg,recvmsg,sendto,recvfrom"
        for dumps in ("-e read=all -e write=all", "-e read=10 -e w=11", "--write=!11", "--read=none"):
            self.all_same(words, f"{dumps} {calls}")

    def test_very_long_strings(self):
        text = ("import os, subprocess; null = os.open('/dev/null', os.O_WRONLY); os.dup2(null, 11);"
                "os.write(11, b'x' * 300000); os.writev(11, [b'y' * 140000, b'z' * 140000]);"
                "os.execv('/bin/true', ['true', *(f'word {i}' for i in range(1500))])")
        words = ["/usr/bin/python3", "-I", "-S", "-c", text]
        self.all_same(words, "-s 300000 -e trace=write,writev,execve")

    def test_many_long_strings(self):
        """How much memory cotrace captures for a call depends on the string limit (-s)."""
        text = ("import os; null = os.open('/dev/null', os.O_WRONLY); os.dup2(null, 11);"
                "os.writev(11, [bytes([65 + i % 26]) * 16000 for i in range(100)]);"
                "os.execv('/bin/true', ['true', *(f'argument {i:040}' for i in range(12000))])")
        words = ["/usr/bin/python3", "-I", "-S", "-c", text]
        self.all_same(words, "-s 10000 -e trace=writev,execve", "-s 16000 -e trace=writev", "-s 20000 -e trace=execve")

    def test_arrays_of_many_structures(self):
        text = ("import ctypes, os, resource; many = 9000; libc = ctypes.CDLL(None);"
                "_, most = resource.getrlimit(resource.RLIMIT_NOFILE); resource.setrlimit(resource.RLIMIT_NOFILE, (most, most));"
                r"libc.poll(b'\xff\xff\xff\xff\1\0\0\0' * many, many, 0);"
                "libc.semtimedop(1, bytes(6 * 5000), 5000, None)")
        words = ["/usr/bin/python3", "-I", "-S", "-c", text]
        self.all_same(words, "-v -e trace=poll,semtimedop", "-s 5000 -e trace=poll,semtimedop")

    def test_separate_files(self):
        """-ff writes a file for each thread. In the guest, a thread other than the leader calls execve(2)."""
        words = [guest("thread_execs"), guest("hello")]
        folders = []
        for tracer in (COTRACE, STRACE):
            folder = self.path(os.path.basename(tracer))
            os.mkdir(folder)
            self.traced_by(tracer, ["-ff", "-o", f"{folder}/t", "-e", "trace=execve,exit_group"], words)
            names = sorted(os.listdir(folder), key=lambda name: int(name.split(".")[1]))
            folders.append([self.contents(os.path.join(folder, name)) for name in names])
        self.assertEqual([hide(each) for each in folders[0]], [hide(each) for each in folders[1]])


class Summary(AsStrace):
    def table(self, tracer, *options):
        """The summary of -c. The times in it are hidden, because they differ in each run."""
        _, err = self.traced_by(tracer, options, [guest("calls_by_int80")])
        return re.sub(r"\b\d+\.\d+\b", lambda match: "#" * len(match[0]), hide(err))

    def test_tables(self):
        for options in ("-c -S name -U calls,errors,name", "-c -S calls -U name,calls,errors", "-c -S none -U name,errors,count",
                        "-c -S name -U min-time,max-time,total-time,calls", "-c -w -S name -U calls,name,longest",
                        "-C -e trace=getppid,getpid -U calls -S name", "-c -q -e trace=none", "-c -q -f -S name -U calls"):
            with self.subTest(options=options):
                ours, theirs = (self.table(tracer, *options.split()) for tracer in (COTRACE, STRACE))
                self.assertEqual(ours, theirs)

    def test_statuses_count(self):
        """Checks cotrace alone, because strace before 6.3 counts all calls."""
        _, table = self.traced_by(COTRACE, ["-c", "-Z", "-U", "calls,errors,name", "-e", "trace=access,close"], [guest("hello")])
        self.assertRegex(table, r"\n +1 +1 access\n")
        self.assertNotIn("close", table)

    def test_time_of_the_kernel(self):
        """-c counts the CPU time of calls. -c -w counts the time from the entry to the exit of calls, which includes
        the time in which they sleep."""
        words = ["/usr/bin/python3", "-I", "-S", "-c", "import os, time; time.sleep(0.3); os.getrandom(1 << 27)"]
        shares = []
        for options in (["-c"], ["-c", "-w"]):
            _, err = self.traced_by(COTRACE, [*options, "-e", "trace=getrandom,clock_nanosleep"], words)
            shares.append({line.split()[-1]: float(line.split()[1]) for line in err.splitlines() if re.match(r" *\d", line)})
        self.assertGreater(shares[0]["getrandom"], 0.05)
        self.assertLess(shares[0]["clock_nanosleep"], 0.05)
        self.assertGreater(shares[1]["clock_nanosleep"], 0.29)


class Tracing(AsStrace):
    """Options that choose which processes are traced, and until when."""

    def notes_of_detaching(self, tracer, *options):
        subject = self.start("sleep", "60")
        self.assertTrue(wait_until(lambda: state_of(subject.pid) == "S"))
        process = self.start(tracer, "-p", subject.pid, *options)
        self.assertTrue(wait_until(lambda: tracer_of(subject.pid) == process.pid))
        time.sleep(0.1)   # strace does not report when it has finished its set-up after the attach
        process.send_signal(signal.SIGINT)
        _, _, err = self.finish(process)
        subject.kill()
        subject.wait()
        # The interrupted sleep is hidden: cotrace does not know its arguments, and strace before 6.12 shows wrong arguments.
        return hide(err).replace(str(subject.pid), "PID"), re.sub(r"interrupted .*? \.\.\.>", "…", err).count("\n")

    def test_detaching(self):
        for options in ([], ["-z"], ["-e", "status=detached"], ["-q"]):
            with self.subTest(options=options):
                ours, theirs = (re.sub(r"interrupted .*? \.\.\.", "interrupted …", self.notes_of_detaching(tracer, *options)[0])
                                for tracer in (COTRACE, STRACE))
                self.assertEqual(ours, theirs)

    def test_detaching_at_exec(self):
        words = ["sh", "-c", f"exec {guest('hello')}"]
        self.same(["-b", "execve", "-e", "trace=execve"], words)
        # The detached programs must not have a seccomp filter: without a tracer, the calls that the filter reports would
        # fail.
        status, out, _ = self.trace("-f", "-b", "execve", "-e", "trace=openat", "sh", "-c", f"{guest('hello')}; {guest('hello')}")
        self.assertEqual((status, out), (0, "hello\nhello\n"))

    def test_another_argv0(self):
        status, out, err = self.trace("--argv0=zero", "-e", "trace=execve", "sh", "-c", "echo $0; cat /proc/$$/cmdline")
        self.assertEqual((status, out.split("\n")[0]), (0, "zero"))
        self.assertRegex(err, r'execve\("\S+/sh", \["zero", "-c"')

    def test_a_limit(self):
        status, out, err = self.trace("--syscall-limit=3", "-e", "trace=openat,close", guest("hello"))
        self.assertEqual((status, out), (0, "hello\n"))
        lines = err.splitlines()
        # There are no lines after the fourth one if the guest ended before cotrace could detach from it.
        self.assertTrue(all(line.endswith(" detached") for line in lines[4:]), err)
        self.assertIn("System call limit has been reached, detaching tracees", lines[3])
        self.assertTrue(all(re.match("openat|close", line) for line in lines[:3]), err)

    def test_a_limit_detaches_from_followed_processes(self):
        waits = "until grep -q 'TracerPid:.0' /proc/self/status; do :; done; echo untraced"
        status, out, _ = self.trace("-f", "--syscall-limit=1", "-e", "trace=openat", "sh", "-c", waits)
        self.assertEqual((status, out), (0, "untraced\n"))

    def test_a_numeric_user(self):
        if os.geteuid() != 0:
            self.skipTest("not root")
        status, out, _ = self.trace("-u", "65534:65533", "-o", "t", "sh", "-c", "id -u; id -g")
        self.assertEqual((status, out), (0, "65534\n65533\n"))


class Tampering(AsStrace):
    """The options -e inject and -e fault, which change calls of the traced program."""

    def test_which_calls_fail(self):
        opens, calls = [guest("opens_file"), "/etc/passwd", "6"], "-e trace=openat,write"
        for when in (":when=4", ":when=4+", ":when=4..5", ":when=3+2", ":when=3..6+2", ":when=4:when=5", ":when=9"):
            self.all_same(opens, f"{calls} -e inject=openat:error=ENOENT{when}")
        self.all_same(opens, f"{calls} -e fault=openat:when=4+", f"{calls} --fault=openat:error=13:when=5",
                      f"{calls} --inject=openat:error=enospc:when=5", f"{calls} -e fault=%file:when=6",
                      f"{calls} -e inject=openat:error=EPERM:when=4 -e inject=write:error=EIO:when=2",
                      "-e trace=write -e fault=openat", "-P /etc/passwd -e inject=openat:error=EACCES:when=2",
                      f"{calls} --status=failed -e fault=openat:when=5", f"{calls} -e inject=openat:error=512:when=5",
                      f"{calls} -e inject=openat:error=4095:when=5")

    def test_results(self):
        words = [guest("opens_file"), "/etc/passwd", "3"]
        for rule in ("write:retval=9", "write:retval=0x7:when=2", "openat:retval=1:when=4", "write:retval=9:syscall=getpid",
                     "openat:error=EINTR:syscall=gettid:when=5"):
            self.all_same(words, f"-e trace=openat,write,getpid,gettid -e inject={rule}")

    def test_occurrences_are_counted_for_each_thread_and_each_call(self):
        self.all_same([guest("forks")], "-f -e trace=write,exit_group -e inject=write:error=EIO:when=1")
        self.all_same([guest("opens_file"), "/etc/passwd", "3"], "-e trace=close,write -e inject=close,write:error=EBADF:when=3")

    def test_the_execve_of_the_launch_is_not_tampered_with(self):
        self.all_same(["/bin/sh", "-c", "exec /usr/bin/true 2>/dev/null"], "-e trace=execve -e fault=execve:error=EPERM",
                      "-D -e trace=execve -e fault=execve,write:error=EPERM")

    def test_delays(self):
        words = [guest("opens_file"), "/etc/passwd", "2"]
        self.all_same(words, "-e trace=write -e inject=write:delay_enter=2ms", "-e trace=write -e inject=write:delay_exit=2000",
                      "-e trace=write -e inject=write:delay_enter=1ms:delay_exit=1ms:error=EIO",
                      "-e trace=write -T -e inject=write:delay_enter=1500000ns:when=2")

    def test_signals(self):
        words = [guest("opens_file"), "/etc/passwd", "3"]
        self.all_same(words, "-e trace=write -e inject=write:signal=CHLD", "-e trace=write -e inject=write:signal=sigterm:when=2",
                      "-e trace=write -e inject=write:signal=17:error=EIO:when=2", "-f -e trace=write -e inject=write:signal=URG:when=3")

    def test_memory(self):
        words = [guest("opens_file"), "/etc/passwd", "2"]
        for rule in ("poke_exit=@arg2=4142", "poke_exit=@arg2=41:error=EIO:when=2", "poke_exit=@arg2=41:delay_exit=1"):
            self.all_same(words, f"-e trace=write -e inject=write:{rule}")

    def test_memory_that_is_changed_before(self):
        """Checks cotrace alone, because strace shows the memory after the change, and cotrace shows the memory before
        the change."""
        status, out, err = self.trace("-e", "trace=write", "-e", "inject=write:poke_enter=@arg2=4142,@arg1=43",
                                      guest("opens_file"), "/etc/passwd", "1")
        self.assertEqual((status, out), (0, "ABrno 0\n"))
        self.assertRegex(err, r'(?m)^write\(1, "errno 0\\n", 8.*\n.*trace failed: intercept a system call \d+: .*memory.*\n'
                              r'<... write resumed>\) += 8 \(INJECTED: args\)$')

    def test_a_retval_out_of_range_has_strace_s_effect(self):
        for value in ("-5", "4294967291", "5000000000"):
            self.all_same(["/usr/bin/true"], f"-e trace=none -e inject=write:retval={value}")

    def test_complaints(self):
        """cotrace prints strace's complaint, and after a semicolon its own explanation."""
        for rule in ("write", "write:error=FOO", ":error=1", "write:when=0", "write:error=1:when=3..2", "write:error=1:when=65536",
                     "write:error=1:when=1..65535", "write:error=1:when=1.2", "write:error=1:when=1+0", "write:syscall=write:error=1",
                     "nosuch:error=1", "write:retval=1:error=2", "write:error=0", "write:error=4096", "", "write:syscall=getpid",
                     "write:delay_enter=x", "write:delay_enter=1:delay_enter=2", "write:poke_enter=@arg2=4", "write:poke_enter=@arg8=41",
                     "write:poke_enter=", "write:poke_enter=@arg2=41,@arg2=42", "write:signal=FOO",
                     "write:signal=65", "write:retval=x", "write:nothing=1", "write:error=1:syscall=%pure", "write:error=1:syscall=geteuid32"):
            self.same_complaint(f"-e inject={rule}", f"--fault={rule}")
        self.same_complaint("--fault=write:retval=1", "--fault=write:signal=TERM", "--fault=write:delay_exit=1")

    def same_complaint(self, *several):
        for options in several:
            with self.subTest(options=options):
                ours, theirs = (self.traced_by(tracer, options.split(), ["/usr/bin/true"]) for tracer in (COTRACE, STRACE))
                self.assertEqual(hide(re.sub(r"(?m)(: invalid .*'); .*$", r"\1", ours[1])), hide(theirs[1]))
                self.assertEqual(ours[0], theirs[0])

    def test_the_kernel_s_filter(self):
        for options in ("--seccomp-bpf -e trace=none", "--seccomp-bpf -f", "--seccomp-bpf -f -e trace=execve",
                        "--seccomp-bpf -f -e trace=write -e fault=write:when=2"):
            self.all_same([guest("hello")], f"-qq {options}")

    def test_groups_of_a_user(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become another user")
        os.chmod(self.folder, 0o777)
        for user in ("root", "nobody", "www-data", "65534:65533"):
            with self.subTest(user=user):
                ours, theirs = (self.trace_of_groups(tracer, user) for tracer in (COTRACE, STRACE))
                if theirs[0] != 0 or ":" in user:   # strace accepts user and group numbers only since 6.4
                    theirs = (0, "65533\n") if ":" in user else theirs
                self.assertEqual(ours, theirs)

    def trace_of_groups(self, tracer, user):
        # The tracer itself has the supplementary groups 7 and 8, which the traced program must not inherit.
        process = self.start(tracer, "-o", "/dev/null", "-u", user, "id", "-G", extra_groups=[7, 8])
        return self.finish(process)[:2]


class Daemon(AsStrace):
    """-D: COMMAND runs in the process in which cotrace was started, and another process traces COMMAND."""

    def test_the_command_is_the_callers_child(self):
        for option in ("-D", "-DD", "--daemonize=session"):
            process = self.cotrace(option, "-o", "t", "-e", "trace=execve,exit_group", "sh", "-c", "echo $$ $PPID; exit 7")
            status, out, err = self.finish(process)
            self.assertEqual((status, out, err), (7, f"{process.pid} {os.getpid()}\n", ""))
            self.assertTrue(wait_until(lambda: "exited with 7" in self.contents("t")))
            self.assertRegex(self.contents("t"), r"\Aexecve\([^\n]*= 0\nexit_group\(7\) +=[^\n]*\n\+\+\+ exited with 7 \+\+\+\n\Z")

    def test_a_command_that_does_not_exist(self):
        status, out, err = self.trace("-D", "-o", "t", "no-such-command-here")
        self.assertEqual((status, out), (127, ""))
        self.assert_one_line(err, "no-such-command-here: No such file or directory")
        self.assertTrue(wait_until(lambda: "exited with 127" in self.contents("t")))

    def test_the_command_has_no_children(self):
        process = self.cotrace("-D", "-o", "t", "sh", "-c", "cat /proc/$$/task/$$/children; read line", stdin=subprocess.PIPE)
        self.assertTrue(wait_until(lambda: tracer_of(process.pid) not in (0, process.pid)))
        out, _ = process.communicate("\n", timeout=LIMIT)
        self.assertNotIn(str(tracer_of(os.getpid()) or -1), out.split())


class BadInput(AsStrace):
    def test_a_wrong_command_line_leaves_no_file(self):
        for words in (["-s", "x", "true"], ["-o", "other"], ["-e", "trace=nope", "true"], ["-e", "status=good", "true"],
                      ["-t", "--timestamps", "true"], ["-u", "no-such-user", "true"], ["-DDDD", "true"],
                      ["--kill-on-exit", "-p", "1"], ["-e", "write=x", "true"], ["-qqz", "--quiet", "true"]):
            with self.subTest(words=words):
                status, out, err = self.trace("-o", "t", *words)
                self.assertEqual((status, out), (1, ""))
                self.assert_one_line(err)
                self.assertEqual(os.listdir(self.folder), [])

    def test_complaints_are_those_of_strace(self):
        for words in (["-s", "x", "true"], ["-e", "trace=nothinglikeit", "true"], ["-e", "status=good", "true"], ["-f"],
                      ["-t", "--timestamps", "true"], ["-e", "signal=FOO", "true"], ["--quiet=foo", "true"], ["-DDDD", "true"],
                      ["-e", "raw=/(", "true"], ["-e", "read=x", "true"], ["-e", "trace=open@16", "true"], ["-p", "x"],
                      ["-X", "y", "true"], ["--strings-in-hex=y", "true"], ["-I", "9", "true"], ["-Q", "true"],
                      ["--nothinglikeit", "true"], ["-s"], ["--follow-forks=3", "true"], ["-x", "--strings-in-hex", "true"],
                      ["-D", "-p", "1"], ["--relative-timestamps=h", "true"], ["-q", "--quiet", "true"],
                      ["-o", "|cat", "-ff", "true"], ["-b", "fork", "true"]):
            with self.subTest(words=words):
                ours, theirs = (self.traced_by(tracer, [], words) for tracer in (COTRACE, STRACE))
                self.assertEqual(ours[0], theirs[0])
                # strace also prints a second line, which refers the user to --help.
                first = theirs[1].split("\n")[0]
                self.assertEqual(ours[1], COTRACE + ": " + re.sub(r"^\S*strace: ", "", first) + "\n")

    def test_warnings_about_options_without_effect(self):
        for words in (["-A", "true"], ["--output-separately", "true"], ["-z", "-Z", "true"]):
            with self.subTest(words=words):
                ours, theirs = (self.traced_by(tracer, ["-qq", "-e", "trace=none"], words) for tracer in (COTRACE, STRACE))
                self.assertEqual(hide(ours[1]), hide(theirs[1]))


if __name__ == "__main__":
    main()
