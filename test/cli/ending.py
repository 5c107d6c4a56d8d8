#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Signals that end the tracing, and their effect on the traced processes."""

import fcntl
import os
import re
import select
import signal
import subprocess
import time

from support import LIMIT, CommandTest, children, children_of, main, state_of, tracer_of, wait_until

# Options for the ways of tracing. With FILTERED, a seccomp filter reports only some calls, by ptrace-stops or by seccomp
# notifications (--entries-only).
UNFILTERED = ((), ("-f",))
FILTERED = (("-f", "-e", "trace=openat,kill"), ("--entries-only", "-e", "trace=openat,kill"))
WAYS = UNFILTERED + FILTERED
MOMENTS = 20 if "COTRACE_SHORT" in os.environ else 60   # how often a test ends the tracer or the subject

CATCHES = "trap 'echo caught' TERM HUP; echo ready; until read line; do :; done; exit 9"


def is_full(pipe):
    return not select.select([], [pipe], [], 0)[1]


class EndingTest(CommandTest):
    def launch(self, *words, **options):
        tracer = self.cotrace(*words, **options)
        if (line := tracer.stdout.readline()) != "ready\n":
            self.fail(f"the command printed {line!r} first; the end of cotrace: {self.finish(tracer)}")
        return tracer

    def contents_or_nothing(self, name):
        return self.contents(name) if os.path.exists(self.path(name)) else ""


class Launched(EndingTest):
    def test_sigterm_and_sighup_are_passed_on(self):
        for way in WAYS:
            for number in (signal.SIGTERM, signal.SIGHUP):
                with self.subTest(way=way, number=number):
                    tracer = self.launch(*way, "-o", "t", "sh", "-c", CATCHES, stdin=subprocess.PIPE)
                    tracer.send_signal(number)
                    self.assertEqual(tracer.stdout.readline(), "caught\n")
                    # The program continues and is traced to its end, and cotrace ends with the program's status.
                    self.assertEqual(tracer.communicate("line\n", timeout=LIMIT), ("", ""))
                    self.assertEqual(tracer.returncode, 9)
                    self.assertTrue(self.contents("t").endswith("+++ exited with 9 +++\n"))

    def test_a_signal_before_the_program_runs_is_passed_on_later(self):
        # SIGTERM is pending when cotrace starts. cotrace passes it on to COMMAND, which ignores it.
        def leave_sigterm_pending():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
            os.kill(os.getpid(), signal.SIGTERM)

        for way in WAYS:
            with self.subTest(way=way):
                tracer = self.cotrace(*way, "-o", "t", "sh", "-c", "echo ran; exit 9", preexec_fn=leave_sigterm_pending)
                self.assertEqual(tracer.communicate(timeout=LIMIT), ("ran\n", ""))
                self.assertEqual(tracer.returncode, 9)

    def test_a_program_is_killed_by_the_signal_that_is_passed_on(self):
        for way in WAYS:
            for number in (signal.SIGTERM, signal.SIGHUP):
                with self.subTest(way=way, number=number):
                    tracer = self.launch(*way, "-o", "t", "sh", "-c", "echo ready; exec sleep 60")
                    tracer.send_signal(number)
                    self.assertEqual(self.finish(tracer)[::2], (-number, ""))

    def test_a_stopped_program_gets_the_signal_that_is_passed_on(self):
        tracer = self.launch("-o", "t", "sh", "-c", "echo ready; kill -STOP $$; exec sleep 60")
        self.assertTrue(wait_until(lambda: "--- stopped by SIGSTOP ---" in self.contents("t")))
        tracer.send_signal(signal.SIGTERM)
        self.assertEqual(self.finish(tracer)[::2], (-signal.SIGTERM, ""))

    def test_a_second_signal_kills_the_program(self):
        for way in WAYS:
            for first, second in ((signal.SIGTERM, signal.SIGTERM), (signal.SIGHUP, signal.SIGTERM)):
                with self.subTest(way=way, first=first):
                    tracer = self.launch(*way, "-o", "t", "sh", "-c", CATCHES, stdin=subprocess.PIPE)
                    tracer.send_signal(first)
                    self.assertEqual(tracer.stdout.readline(), "caught\n")
                    tracer.send_signal(second)
                    self.assertEqual(tracer.wait(60), -second)

    def test_a_second_sigint_kills_the_program(self):
        tracer = self.launch("-I", "1", "-o", "t", "sh", "-c", f"trap 'echo caught' INT; {CATCHES}", stdin=subprocess.PIPE)
        tracer.send_signal(signal.SIGINT)
        self.assertEqual(tracer.stdout.readline(), "caught\n")
        tracer.send_signal(signal.SIGINT)
        self.assertEqual(tracer.wait(60), -signal.SIGINT)

    def test_a_reader_that_does_not_read_does_not_delay_the_end(self):
        for way in WAYS:
            with self.subTest(way):
                reading, writing = os.pipe()
                self.addCleanup(os.close, reading)
                self.addCleanup(os.close, writing)
                tracer = self.cotrace(*way, "-o", f"/dev/fd/{writing}", "sh", "-c", "while kill -0 $$; do :; done",
                                      pass_fds=[writing])
                self.assertTrue(wait_until(lambda: is_full(writing)))
                tracer.send_signal(signal.SIGTERM)
                status, _, err = self.finish(tracer)
                self.assertEqual(status, -signal.SIGTERM)
                self.assert_one_line(err, "could not be written")

    def test_launched_processes_die_with_a_killed_tracer(self):
        for way in (("-f",), ("-f", "-e", "trace=openat")):
            tracer = self.launch(*way, "-o", "t", "sh", "-c", "echo ready; sleep 60")
            tracer.kill()
            tracer.wait()
            self.assertTrue(wait_until(lambda: not [p for p in children() if state_of(p) != "Z"], 10))

    def test_a_tracer_ended_at_any_moment_leaves_no_process(self):
        # The first signals arrive before the tracer's main(), the last while the program runs. tearDown checks that no
        # process is left.
        for nth in range(MOMENTS):
            tracer = self.cotrace("-f", "-o", "t", "sleep", "60")
            time.sleep(nth * 0.0005)
            tracer.terminate()
            self.assertEqual(self.finish(tracer), (-signal.SIGTERM, "", ""))

    def test_a_subject_killed_at_any_moment(self):
        for nth in range(MOMENTS):
            tracer = self.launch("-f", "-o", "t", "sh", "-c", "echo ready; while kill -0 $$; do (:); done")
            time.sleep(nth * 0.0005)
            subject = next(p for p in children_of(tracer.pid) if tracer_of(p) == tracer.pid)
            os.kill(subject, signal.SIGKILL)
            self.assertEqual(self.finish(tracer)[::2], (-signal.SIGKILL, ""))
            self.assertIn("+++ killed by SIGKILL +++", self.contents("t"))

    def test_signals_of_the_keyboard_do_not_end_the_tracer(self):
        for way in WAYS:
            with self.subTest(way):
                tracer = self.launch(*way, "-o", "t", "sh", "-c", CATCHES, stdin=subprocess.PIPE)
                for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGINT):
                    tracer.send_signal(number)
                tracer.communicate("line\n", timeout=LIMIT)
                self.assertEqual(tracer.returncode, 9)

    def test_the_option_i_chooses_the_signals_that_end_the_tracer(self):
        tracer = self.launch("-I", "1", "-o", "t", "sh", "-c", "echo ready; exec sleep 60")
        tracer.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(tracer)[0], -signal.SIGINT)
        tracer = self.launch("-I", "3", "-o", "t", "sh", "-c", CATCHES, stdin=subprocess.PIPE)
        tracer.send_signal(signal.SIGTERM)
        tracer.communicate("line\n", timeout=LIMIT)
        self.assertEqual(tracer.returncode, 9)


class LeftRunning(EndingTest):
    """COMMAND ends with status 5, and leaves a running process in a session of its own."""

    # The process left behind reads a line from the FIFO "told", and starts a shell that writes the line to the file "said".
    # With FILTERED, calls of this shell fail without a tracer.
    LEAVES = ("{trap} setsid sh -c 'trap \"\" TERM; echo $$ >daemon; read line <told; sh -c \"echo $line >said\"' >/dev/null 2>&1 & "
              "until test -s daemon; do :; done; echo ready; {end}")

    def leave(self, *way, trap="", end="exit 5", ended="exited with 5"):
        for name in ("daemon", "told", "said"):
            if os.path.exists(self.path(name)):
                os.unlink(self.path(name))
        os.mkfifo(self.path("told"))
        tracer = self.launch(*way, "-o", "t", "sh", "-c", self.LEAVES.format(trap=trap, end=end), stdin=subprocess.PIPE)
        if ended:
            self.assertTrue(wait_until(lambda: f"+++ {ended} +++" in self.contents("t")))
        return tracer, int(self.contents("daemon"))

    def tell(self):
        def try_to_tell():
            try:
                told = os.open(self.path("told"), os.O_WRONLY | os.O_NONBLOCK)
            except OSError:   # the FIFO has no reader yet
                return False
            os.write(told, b"lived\n")
            os.close(told)
            return True

        self.assertTrue(wait_until(try_to_tell), "the daemon is gone")

    def assert_lives_untraced(self, daemon):
        self.assertEqual(tracer_of(daemon), 0)
        self.tell()
        self.assertTrue(wait_until(lambda: state_of(daemon) in ("", "Z")))
        self.assertEqual(self.contents("said"), "lived\n")

    def test_the_process_left_behind_is_traced_to_its_end(self):
        for way in WAYS[1:]:
            with self.subTest(way):
                tracer, _ = self.leave(*way)
                self.tell()
                self.assertEqual(self.finish(tracer), (5, "", ""))
                self.assertEqual(self.contents("said"), "lived\n")
                self.assertIn('"said"', self.contents("t"))

    def test_a_signal_detaches_from_the_process_left_behind(self):
        # The first SIGINT or SIGQUIT may be meant for the program, so only the second makes cotrace detach.
        for numbers in ((signal.SIGTERM,), (signal.SIGHUP,), (signal.SIGINT, signal.SIGQUIT)):
            with self.subTest(numbers=numbers):
                tracer, daemon = self.leave("-f")
                for number in numbers:
                    tracer.send_signal(number)
                self.assertEqual(self.finish(tracer), (5, "", ""))
                self.assert_lives_untraced(daemon)

    def test_a_signal_that_ends_the_program_detaches_from_the_process_left_behind(self):
        for trap, end, status in (("", "exec sleep 60", -signal.SIGTERM), ("trap 'exit 6' TERM;", "read line", 6)):
            with self.subTest(end):
                tracer, daemon = self.leave("-f", trap=trap, end=end, ended=None)
                tracer.send_signal(signal.SIGTERM)
                self.assertEqual(tracer.wait(60), status)
                self.assert_lives_untraced(daemon)

    def test_with_a_filter_in_the_kernel_the_process_is_traced_to_its_end(self):
        for way in FILTERED:
            with self.subTest(way):
                tracer, daemon = self.leave(*way)
                tracer.send_signal(signal.SIGTERM)
                self.assert_one_line(tracer.stderr.readline(), "cannot detach from the processes", "another signal kills them")
                self.assertIn(state_of(daemon), "SRt")
                self.tell()
                self.assertEqual(self.finish(tracer), (5, "", ""))
                self.assertEqual(self.contents("said"), "lived\n")

    def test_with_a_filter_in_the_kernel_a_second_signal_kills_the_process(self):
        for way in FILTERED:
            with self.subTest(way):
                tracer, daemon = self.leave(*way)
                tracer.send_signal(signal.SIGTERM)
                tracer.stderr.readline()
                tracer.send_signal(signal.SIGTERM)
                self.assertEqual(self.finish(tracer), (5, "", ""))
                self.assertTrue(wait_until(lambda: state_of(daemon) in ("", "Z")))

    def test_the_process_left_behind_outlives_a_trace_that_cannot_be_written(self):
        for way in WAYS[1:]:
            with self.subTest(way):
                os.mkfifo(self.path("told"))
                tracer = self.launch(*way, "-o", "/dev/full", "sh", "-c", self.LEAVES.format(trap="", end="exit 5"))
                self.tell()
                self.assertEqual(self.finish(tracer)[0], 5)
                self.assertEqual(self.contents("said"), "lived\n")
                for name in ("daemon", "told", "said"):
                    os.unlink(self.path(name))


class DetachedTracer(EndingTest):
    """With -D, COMMAND runs in the process in which cotrace was started, and a grandchild of this process is the
    tracer."""

    def test_a_signal_detaches_from_the_program(self):
        for way in ("-D", "-DD", "-DDD"):
            for words in (("-o", "t"), ("-f", "-e", "trace=read", "-o", "t")):
                with self.subTest(way=way, words=words):
                    program = self.launch(way, "-I", "1", *words, "sh", "-c", CATCHES, stdin=subprocess.PIPE)
                    tracer = tracer_of(program.pid)
                    self.assertNotIn(tracer, (0, program.pid))
                    os.kill(tracer, signal.SIGTERM)
                    self.assertTrue(wait_until(lambda: tracer_of(program.pid) == 0))
                    self.assertEqual(program.communicate("line\n", timeout=LIMIT)[0], "")   # the program did not get the signal
                    self.assertEqual(program.returncode, 9)

    def test_signals_do_not_end_the_tracer_by_default(self):
        program = self.launch("-D", "-o", "t", "sh", "-c", CATCHES, stdin=subprocess.PIPE)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            os.kill(tracer_of(program.pid), number)
        program.communicate("line\n", timeout=LIMIT)
        self.assertEqual(program.returncode, 9)
        self.assertTrue(wait_until(lambda: self.contents("t").endswith("+++ exited with 9 +++\n")))


class StalledReader(EndingTest):
    """The command is attached to a process that makes calls without end, and nothing reads the trace."""

    def attach(self, *words):
        subject = self.start("sh", "-c", "trap 'echo told; exit 7' USR1; echo ready; while kill -0 $$; do :; done")
        self.assertEqual(subject.stdout.readline(), "ready\n")
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        tracer = self.cotrace("-q", *words, "-o", f"/dev/fd/{writing}", "-p", subject.pid, pass_fds=[writing])
        self.assertTrue(wait_until(lambda: is_full(writing)))
        # Waits until the queue of records is full. Then the traced process stays stopped, and the tracer sleeps.
        self.assertTrue(wait_until(lambda: all(state_of(subject.pid) + state_of(tracer.pid) == "tS" for _ in range(50))))
        os.close(writing)
        return subject, tracer, reading

    def assert_lives_untraced(self, subject):
        self.assertTrue(wait_until(lambda: tracer_of(subject.pid) == 0))
        subject.send_signal(signal.SIGUSR1)
        self.assertEqual(subject.communicate(timeout=LIMIT)[0], "told\n")
        self.assertEqual(subject.returncode, 7)

    def read_all(self, reading):
        text = b""
        while piece := os.read(reading, 65536):
            text += piece
        return text.decode()

    def test_the_subject_is_detached_at_once(self):
        for way in ((), ("-f",)):
            for number in (signal.SIGINT, signal.SIGQUIT):
                with self.subTest(way=way, number=number):
                    subject, tracer, reading = self.attach(*way)
                    tracer.send_signal(number)
                    self.assert_lives_untraced(subject)
                    self.assertIsNone(tracer.poll())
                    # The test now reads the pipe, and gets the whole trace.
                    lines = self.read_all(reading).splitlines()
                    self.assertGreater(len(lines), 1000)
                    self.assertEqual([each for each in lines[:-1] if not re.fullmatch(r"(\d+ +)?kill\(\d+, 0\) += 0", each)][:5], [])
                    self.assertRegex(lines[-1], r"kill\(\d+, 0(\) += 0|.* <detached \.\.\.>)")
                    self.assertEqual(self.finish(tracer), (-number, "", ""))

    def test_a_second_signal_ends_the_tracer(self):
        subject, tracer, _ = self.attach()
        tracer.send_signal(signal.SIGINT)
        self.assert_lives_untraced(subject)
        tracer.send_signal(signal.SIGINT)
        status, _, err = self.finish(tracer)
        self.assertEqual(status, -signal.SIGINT)
        self.assert_one_line(err, "could not be written")

    def test_sigterm_does_not_wait_for_the_reader(self):
        subject, tracer, _ = self.attach()
        tracer.send_signal(signal.SIGTERM)
        self.assert_lives_untraced(subject)
        status, _, err = self.finish(tracer)
        self.assertEqual(status, -signal.SIGTERM)
        self.assert_one_line(err, "could not be written")


class Fifo(EndingTest):
    """With -o FIFO, cotrace waits until a reader opens the FIFO."""

    def setUp(self):
        super().setUp()
        os.mkfifo(self.path("fifo"))

    def test_a_signal_ends_the_wait(self):
        sleeper = self.start("sleep", "60")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            for words in (("sh", "-c", "echo ran >ran"), ("-p", sleeper.pid)):
                with self.subTest(number=number, words=words):
                    tracer = self.cotrace("-o", "fifo", *words)
                    self.assertTrue(wait_until(lambda: self.is_opening(tracer)))
                    tracer.send_signal(number)
                    self.assertEqual(self.finish(tracer), (-number, "", ""))
                    self.assertFalse(os.path.exists(self.path("ran")))

    def is_opening(self, tracer):
        """Whether the tracer is blocked in the openat(2) of the FIFO, which returns when a reader opens the FIFO."""
        with open(f"/proc/{tracer.pid}/syscall") as file:
            return state_of(tracer.pid) == "S" and file.read().startswith("257 ")   # 257 is openat(2) on x86-64

    def test_a_reader_that_comes_later(self):
        tracer = self.cotrace("-o", "fifo", "sh", "-c", "exit 7")
        self.assertTrue(wait_until(lambda: self.is_opening(tracer)))
        text = self.contents("fifo")
        self.assertTrue(text.endswith("+++ exited with 7 +++\n"))
        self.assertEqual(self.finish(tracer), (7, "", ""))


if __name__ == "__main__":
    main()
