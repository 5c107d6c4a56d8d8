#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The command's exit status, its error messages, and the destination of the trace."""

import os
import re
import resource
import signal
import subprocess

from support import COTRACE, LIMIT, CommandTest, children_of, guest, main, name_of, need, normalise, state_of, tracer_of, wait_until


class Ending(CommandTest):
    def test_ends_with_the_status_of_its_subject(self):
        for status in (0, 1, 42, 127, 255):
            self.assertEqual(self.trace("-o", "t", "sh", "-c", f"exit {status}")[0], status)

    def test_ends_by_the_signal_of_its_subject(self):
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGPIPE, signal.SIGSEGV, signal.SIGRTMIN + 3):
            status, _, err = self.trace("-o", "t", "sh", "-c", f"kill -{int(number)} $$")
            self.assertEqual((status, err), (-number, ""))

    def test_leaves_no_second_core(self):
        with open("/proc/sys/kernel/core_pattern") as file:
            if file.read().startswith(("|", "/")):
                self.skipTest("core_pattern names no file in the working directory here")

        def unlimited():
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)

        try:
            status, _, _ = self.trace("-o", "t", "sh", "-c", "kill -QUIT $$", preexec_fn=unlimited)
        except subprocess.SubprocessError:
            self.skipTest("cores are not permitted here")
        self.assertEqual(status, -signal.SIGQUIT)
        self.assertLessEqual(len([name for name in os.listdir(self.folder) if name.startswith("core")]), 1)

    def test_follows_processes_that_outlive_the_root_and_ends_with_the_root_s_status(self):
        status, _, _ = self.trace("-f", "-o", "t", "sh", "-c", "(sleep 0.2; exit 3) & exit 5")
        self.assertEqual(status, 5)
        self.assertIn("+++ exited with 3 +++", self.contents("t"))

    def test_does_not_trace_children_without_f(self):
        status, out, _ = self.trace("-o", "t", "sh", "-c", "(grep TracerPid /proc/self/status); exit 0")
        self.assertEqual((status, out), (0, "TracerPid:\t0\n"))
        self.assertEqual(self.contents("t").count("+++ exited"), 1)

    def test_passes_standard_streams_through(self):
        process = self.cotrace("-o", "t", "sh", "-c", "cat; echo err >&2", stdin=subprocess.PIPE)
        out, err = process.communicate("hello\n", timeout=LIMIT)
        self.assertEqual((process.returncode, out, err), (0, "hello\n", "err\n"))


class Version(CommandTest):
    def test_the_first_line_is_the_version_and_the_second_has_the_features(self):
        for option in ("-V", "--version"):
            status, out, err = self.trace(option)
            self.assertEqual((status, err), (0, ""))
            self.assertRegex(out, r"\Acotrace \d+\.\d+\.\d+\nOptional features enabled:( [\w=-]+)+\n\Z")
            self.assertIn(" seccomp", out)


class Tips(CommandTest):
    def test_a_tip_is_printed_at_the_end(self):
        status, _, err = self.trace("--tips=id:0", "-o", "t", "sh", "-c", "exit 3")
        self.assertEqual(status, 3)
        self.assertRegex(err, r"\A\+- Tip 0 -+\+\n(\|.*\|\n)+\+-+\+\n\Z")
        self.assertEqual(self.trace("--tips=none", "-o", "t", "true")[2], "")

    def test_a_tip_without_a_command(self):
        status, out, err = self.trace("--tips=full")
        self.assertEqual((status, out), (0, ""))
        self.assertRegex(err, r"\A\+- Tip \d+ of 0 to \d+ -+\+\n")


class Failures(CommandTest):
    def test_a_command_that_does_not_exist(self):
        for word in ("no-such-command-here", "/no/such/command", ""):
            status, out, err = self.trace(word)
            self.assertEqual((status, out), (127, ""))
            self.assert_one_line(err, f"{word}: No such file or directory")

    def test_a_command_that_is_not_executable(self):
        for word, why in (("/etc/passwd", "Permission denied"), ("/", "Permission denied")):
            status, out, err = self.trace(word)
            self.assertEqual((status, out), (126, ""))
            self.assert_one_line(err, f"{word}: {why}")

    def test_a_file_that_is_not_a_program(self):
        with open(self.path("noise"), "w") as file:
            file.write("\0\1\2\3")
        os.chmod(self.path("noise"), 0o755)
        status, _, err = self.trace("./noise")
        self.assertEqual(status, 126)
        self.assert_one_line(err, "./noise: Exec format error")

    def test_bad_options(self):
        for words, part in (
            ((), "must have PROG [ARGS] or -p PID"),
            (("-Q", "true"), "'Q'"),
            (("--no-such-option", "true"), "'--no-such-option'"),
            (("-s", "many", "true"), "invalid -s argument: 'many'"),
            (("-s",), "'s'"),
            (("-e", "trace=no_such_call", "true"), "'no_such_call'"),
            (("-e", "inject=all", "true"), "invalid inject argument 'all'"),
            (("-p", "zero"), "'zero'"),
            (("-u", "no-such-user", "true"), "'no-such-user'"),
            (("--format=xml", "true"), "'xml'"),
        ):
            status, out, err = self.trace(*words)
            self.assertEqual((status, out), (1, ""), words)
            self.assert_one_line(err, part)

    def test_a_process_that_does_not_exist(self):
        gone = self.start("true")
        self.finish(gone)
        status, _, err = self.trace("-p", gone.pid)
        self.assertEqual(status, 1)
        self.assert_one_line(err, str(gone.pid), "No such process")

    def test_a_process_of_another_user(self):
        if os.geteuid() != 0:
            process = 1
            options = {}
        else:
            process = self.start("sleep", "60").pid
            options = {"user": 65534, "group": 65534, "extra_groups": []}
        os.chmod(self.folder, 0o755)
        try:
            status, _, err = self.trace("-p", process, **options)
        except PermissionError:
            self.skipTest("another user may not run the built command")
        self.assertEqual(status, 1)
        self.assert_one_line(err, str(process), "not permitted")

    def test_a_process_that_is_traced_already(self):
        first = self.cotrace("-o", "t", "sleep", "60")
        self.assertTrue(wait_until(lambda: self.subject_of(first)))
        subject = self.subject_of(first)
        status, _, err = self.trace("-p", subject)
        self.assertEqual(status, 1)
        self.assert_one_line(err, str(subject), f"by {first.pid}")

    def subject_of(self, process):
        return next((p for p in children_of(process.pid) if tracer_of(p) and name_of(p).endswith("(sleep)")), None)

    def test_the_tracer_itself(self):
        # The shell's `exec` runs cotrace in the shell's process, so $$ is the process id of cotrace.
        status, _, err = self.run_to_end("sh", "-c", f"exec {COTRACE} -p $$")
        self.assertEqual(status, 1)
        self.assert_one_line(err)

    def test_a_failed_attach_does_not_prevent_the_others(self):
        sleeper = self.start("sleep", "60")
        gone = self.start("true")
        self.finish(gone)
        tracer = self.cotrace("-p", f"{gone.pid},{sleeper.pid}")
        self.assertTrue(wait_until(lambda: tracer_of(sleeper.pid) == tracer.pid))
        sleeper.kill()
        status, _, err = self.finish(tracer)
        self.assertEqual(status, 0)
        self.assertIn(f"cannot attach to {gone.pid}: No such process", err)
        self.assertIn("+++ killed by SIGKILL +++", err)

    def test_an_output_that_cannot_be_opened(self):
        status, out, err = self.trace("-o", "no/such/folder/t", "sh", "-c", "echo ran")
        self.assertEqual((status, out), (1, ""))
        self.assert_one_line(err, "no/such/folder/t: No such file or directory")


class Output(CommandTest):
    def test_standard_error_is_where_the_trace_goes(self):
        status, out, err = self.trace("sh", "-c", "exit 3")
        self.assertEqual((status, out), (3, ""))
        self.assertRegex(err, r"\Aexecve\(")
        self.assertTrue(err.endswith("+++ exited with 3 +++\n"))

    def test_a_file_is_truncated_or_appended_to(self):
        for _ in range(2):
            self.trace("-o", "anew", "true")
            self.trace("-A", "-o", "more", "true")
        self.assertEqual(self.contents("anew").count("+++ exited"), 1)
        self.assertEqual(self.contents("more").count("+++ exited"), 2)

    def test_a_command_reads_the_trace_and_is_waited_for(self):
        status, out, err = self.trace("-o", "|sleep 0.2; tail -n 1", "sh", "-c", "exit 4")
        self.assertEqual((status, out, err), (4, "+++ exited with 4 +++\n", ""))

    def test_a_slow_reader_gets_all_lines(self):
        script = "i=0; while [ $i -lt 5000 ]; do i=$((i+1)); kill -0 $$; done"
        status, out, _ = self.trace("-e", "trace=kill", "-o", "|sleep 1; cat", "sh", "-c", script)
        self.assertEqual(status, 0)
        self.assertEqual(out.count("\n"), 5001)

    def test_each_thread_has_its_own_file(self):
        status, _, _ = self.trace("-ff", "-o", "t", "sh", "-c", "sh -c 'exit 1' & wait; exit 2")
        self.assertEqual(status, 2)
        names = sorted(name for name in os.listdir(self.folder))
        self.assertEqual(len(names), 2, names)
        ends = sorted(self.contents(name).splitlines()[-1] for name in names)
        self.assertEqual(ends, ["+++ exited with 1 +++", "+++ exited with 2 +++"])
        for name in names:
            self.assertNotIn("[pid", self.contents(name))
            self.assertNotIn("unfinished", self.contents(name))

    def test_many_processes_with_a_file_each(self):
        script = "i=0; while [ $i -lt 300 ]; do i=$((i+1)); (exit 1); done; true"

        def few_descriptors():
            resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

        status, _, err = self.trace("-ff", "-e", "trace=none", "-o", "t", "sh", "-c", script, preexec_fn=few_descriptors)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(len(os.listdir(self.folder)), 301)

    def few_descriptors_at_first(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 4096))

    def test_more_threads_with_a_file_each_than_the_soft_limit_of_open_files(self):
        subject = self.start(guest("threads_wait"), 100, stdin=subprocess.PIPE)
        self.assertTrue(wait_until(lambda: len(os.listdir(f"/proc/{subject.pid}/task")) == 101))
        tracer = self.cotrace("-f", "-ff", "-o", "t", "-p", subject.pid, preexec_fn=self.few_descriptors_at_first)
        self.assertTrue(wait_until(lambda: len(os.listdir(self.folder)) == 101))
        subject.communicate(timeout=LIMIT)
        status, _, err = self.finish(tracer)
        self.assertEqual(status, 0, err)

    def test_a_launched_program_has_the_limit_of_open_files_that_the_command_began_with(self):
        status, out, err = self.trace("-o", "t", "sh", "-c", "ulimit -Sn; sh -c 'ulimit -Sn'",
                                      preexec_fn=self.few_descriptors_at_first)
        self.assertEqual((status, out, err), (0, "64\n64\n", ""))

    def test_lines_appear_soon_in_a_file(self):
        tracer = self.cotrace("-o", "t", "sh", "-c", "read line", stdin=subprocess.PIPE)
        # While read(2) blocks, the file already has the call's line up to the buffer, which is known only at the exit.
        self.assertTrue(wait_until(lambda: os.path.exists(self.path("t")) and self.contents("t").endswith("read(0, ")))
        tracer.communicate("x\n", timeout=LIMIT)

    def test_the_uroot_format(self):
        status, _, err = self.trace("--format=uroot", "-f", "sh", "-c", "(exit 3); exit 4")
        self.assertEqual(status, 4)
        text = normalise(err)
        self.assertRegex(text, r"(?m)^\[pid P1\] E execve\(")
        self.assertRegex(text, r"(?m)^\[pid P1\] X execve\(.* = 0x0 \(")
        self.assertRegex(text, r"(?m)^PID P1 spawned new child P2$")
        self.assertRegex(text, r"(?m)^PID P2 exited from exit status 3 \(code = 3\)$")
        self.assertRegex(text, r"(?m)^PID P1 exited from exit status 4 \(code = 4\)$")

    def test_only_the_requested_calls_are_shown(self):
        _, _, err = self.trace("-e", "trace=kill", "-e", "signal=none", "sh", "-c", "kill -0 $$; kill -WINCH $$; exit 3")
        lines = err.splitlines()
        self.assertEqual(len(lines), 3, err)
        self.assertTrue(lines[0].startswith("kill("))
        self.assertTrue(lines[1].startswith("kill("))
        self.assertEqual(lines[2], "+++ exited with 3 +++")

    def test_quiet(self):
        _, _, err = self.trace("-qq", "-e", "trace=none", "sh", "-c", "exit 3")
        self.assertEqual(err, "")
        _, _, err = self.trace("-f", "-e", "trace=none", "-e", "signal=none", "sh", "-c", "(exit 3); exit 4")
        self.assertRegex(err, r"cotrace: Process \d+ attached\n")
        _, _, err = self.trace("-q", "-f", "-e", "trace=none", "-e", "signal=none", "sh", "-c", "(exit 3); exit 4")
        self.assertNotIn("attached", err)

    def test_lines_are_strace_s(self):
        need("strace")
        # The script runs one process at a time, so that the order of the lines is fixed.
        words = ("-f", "-e", "trace=kill,exit_group", "sh", "-c",
                 "trap : USR1; (exit 3); kill -0 $$; kill -USR1 $$; exec sh -c 'kill -TERM $$'")
        theirs = self.run_to_end("strace", "-o", "theirs", *words)
        ours = self.trace("-o", "ours", *words)
        self.assertEqual(ours[:2], theirs[:2])
        self.assertEqual(self.renumbered("ours"), self.renumbered("theirs"))

    def renumbered(self, name):
        text = self.contents(name)
        for nth, process in enumerate(dict.fromkeys(line.split()[0] for line in text.splitlines())):
            text = re.sub(rf"\b{process}\b", f"P{nth}", text)
        return text


class Subject(CommandTest):
    """A traced program inherits the descriptors, signals, limits and ids that an untraced program inherits."""

    def compare(self, script, *options, **surroundings):
        plain = self.run_to_end("sh", "-c", script, **surroundings)
        traced = self.trace("-f", "-o", "t", *options, "sh", "-c", script, **surroundings)
        self.assertEqual(traced, plain)
        return plain

    def test_inherits_no_descriptor(self):
        self.compare("ls /proc/self/fd")
        self.trace("-o", "|cat >t", "sh", "-c", "ls /proc/self/fd > seen")
        self.trace("sh", "-c", "ls /proc/self/fd > seen2")
        self.start("sh", "-c", "ls /proc/self/fd > plain").wait()
        self.assertEqual(self.contents("seen"), self.contents("plain"))
        self.assertEqual(self.contents("seen2"), self.contents("plain"))

    def test_keeps_descriptors_that_were_closed(self):
        self.compare("ls /proc/self/fd", stdin=None, close_fds=True, preexec_fn=lambda: os.close(0))

    def test_has_the_signals_of_an_untraced_child(self):
        script = "grep ^Sig[BIC] /proc/self/status"
        self.compare(script)

        def some_ignored_some_blocked():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGUSR2, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD])

        self.compare(script, preexec_fn=some_ignored_some_blocked)
        self.compare(script, restore_signals=False)

    def test_has_its_limits_group_session_and_terminal(self):
        self.compare("ulimit -a; umask; nice; cat /proc/self/cgroup; pwd")
        self.compare("ps -o sid=,tty= -p $$")

    def test_keeps_the_affinity(self):
        self.compare("grep Cpus_allowed /proc/self/status")

    def test_environment(self):
        status, out, _ = self.trace("-o", "t", "-E", "NEW=1", "-E", "GONE", "-E", "OLD=2", "sh", "-c",
                                    "echo $NEW-$GONE-$OLD", env={**os.environ, "GONE": "x", "OLD": "1"})
        self.assertEqual((status, out), (0, "1--2\n"))

    def test_argv0(self):
        status, out, _ = self.trace("-o", "t", "--argv0", "zero", "sh", "-c", "echo $0; tr '\\0' ' ' < /proc/$$/cmdline")
        self.assertEqual(status, 0)
        self.assertTrue(out.startswith("zero\nzero -c "), out)

    def test_user(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become another user")
        os.chmod(self.folder, 0o777)
        status, out, err = self.trace("-o", "t", "-u", "nobody", "id", "-u")
        self.assertEqual((status, out.strip(), err), (0, "65534", ""))


class EntriesOnly(CommandTest):
    def test_calls_are_printed_as_they_are_made(self):
        status, out, err = self.trace("--entries-only", "-e", "execve,write,read,getpid", "sh", "-c", "echo hello; exit 3")
        self.assertEqual((status, out), (3, "hello\n"))
        lines = [line.split(None, 1)[1] for line in err.splitlines()]
        self.assertTrue(lines[0].startswith('execve("') and lines[0].endswith("vars */)"), lines[0])
        self.assertIn("read(3, ...)", lines)
        self.assertIn('write(1, "hello\\n", 6)', lines)
        self.assertEqual(lines[-1], "+++ exited with 3 +++")

    def test_children_are_followed(self):
        status, _, _ = self.trace("--entries-only", "-e", "execve", "-o", "t", "sh", "-c", "/bin/true; /bin/false")
        self.assertEqual(status, 1)
        lines = self.contents("t").splitlines()
        self.assertEqual(sum("execve(" in line for line in lines), 3)
        self.assertEqual(len({line.split()[0] for line in lines}), 3)

    def test_other_formats_have_entries(self):
        self.trace("--entries-only", "--format=json", "-e", "write", "-o", "t", "echo", "hello")
        self.assertIn("syscall_entered", self.contents("t"))
        self.trace("--entries-only", "--format=uroot", "-e", "write", "-o", "t", "echo", "hello")
        self.assertRegex(self.contents("t"), r"\] E write\(")

    def test_ends_with_the_status_or_signal_of_its_subject(self):
        self.assertEqual(self.trace("--entries-only", "-o", "t", "sh", "-c", "kill -TERM $$")[0], -signal.SIGTERM)
        status, _, err = self.trace("--entries-only", "no-such-command-here")
        self.assertEqual(status, 127)
        self.assert_one_line(err, "no-such-command-here: No such file or directory")

    def test_a_second_listener_is_refused(self):
        status, _, err = self.trace("--entries-only", "-o", "t", COTRACE, "--entries-only", "-o", "u", "true")
        self.assertEqual(status, 1)
        self.assert_one_line(err, "seccomp", "busy")

    def test_the_subject_can_be_traced_by_ptrace_at_the_same_time(self):
        status, out, err = self.trace("--entries-only", "-e", "write", "-o", "t", COTRACE, "-o", "u", "echo", "hello")
        self.assertEqual((status, out, err), (0, "hello\n", ""))
        self.assertIn('write(1, "hello\\n", 6)', self.contents("t"))
        self.assertIn('write(1, "hello\\n", 6)                  = 6', self.contents("u"))


class Attaching(CommandTest):
    def attach(self, *words):
        sleeper = self.start("sleep", "60")
        tracer = self.cotrace(*words, "-p", sleeper.pid)
        self.assertTrue(wait_until(lambda: tracer_of(sleeper.pid) == tracer.pid))
        return sleeper, tracer

    def test_a_signal_detaches_and_the_subject_runs_on(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            sleeper, tracer = self.attach()
            tracer.stderr.readline()
            tracer.send_signal(number)
            status, _, err = self.finish(tracer)
            self.assertEqual(status, -number)
            self.assertIn(f"Process {sleeper.pid} detached\n", err)
            self.assertEqual(tracer_of(sleeper.pid), 0)
            self.assertIn(state_of(sleeper.pid), "SR")
            sleeper.terminate()
            self.assertEqual(sleeper.wait(60), -signal.SIGTERM)

    def test_q_suppresses_messages(self):
        sleeper, tracer = self.attach("-q")
        tracer.send_signal(signal.SIGINT)
        self.assertNotIn("Process", self.finish(tracer)[2])

    def start_with_threads(self, count):
        """Starts a process, and waits until it has `count` threads, all of which sleep."""
        program = ("import threading, time\n"
                   f"for _ in range({count - 1}): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
                   "print('ready', flush=True)\ntime.sleep(60)")
        subject = self.start("python3", "-c", program)
        subject.stdout.readline()
        return subject

    def test_reports_the_number_of_threads(self):
        subject = self.start_with_threads(4)
        tracer = self.cotrace("-f", "-p", subject.pid)
        self.assertEqual(tracer.stderr.readline(), f"{COTRACE}: Process {subject.pid} attached with 4 threads\n")
        tracer.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(tracer)[0], -signal.SIGINT)

    def test_ends_with_status_0_when_the_attached_process_ends(self):
        sleeper, tracer = self.attach("-o", "t")
        sleeper.terminate()
        self.assertEqual(self.finish(tracer)[0], 0)
        self.assertTrue(self.contents("t").endswith("+++ killed by SIGTERM +++\n"))

    def test_several_processes_and_a_command(self):
        one, two = self.start("sleep", "60"), self.start("sleep", "60")
        tracer = self.cotrace("-o", "t", "-p", f"{one.pid} {two.pid}", "sh", "-c", "read line; exit 6",
                              stdin=subprocess.PIPE)
        self.assertTrue(wait_until(lambda: tracer_of(one.pid) == tracer_of(two.pid) == tracer.pid))
        one.terminate()
        two.terminate()
        tracer.communicate("x\n", timeout=LIMIT)
        self.assertEqual(tracer.returncode, 6)
        text = self.contents("t")
        self.assertEqual(text.count("+++ killed by SIGTERM +++"), 2)
        self.assertEqual(text.count("+++ exited with 6 +++"), 1)
        self.assertTrue(all(line.split()[0].isdigit() for line in text.splitlines()), text)

    def test_attaches_to_one_thread_without_f(self):
        subject = self.start_with_threads(2)
        tracer = self.cotrace("-q", "-p", subject.pid)
        self.assertTrue(wait_until(lambda: tracer_of(subject.pid) == tracer.pid))
        other = next(int(name) for name in os.listdir(f"/proc/{subject.pid}/task") if int(name) != subject.pid)
        self.assertEqual(tracer_of(other), 0)
        tracer.send_signal(signal.SIGINT)
        self.finish(tracer)


if __name__ == "__main__":
    main()
