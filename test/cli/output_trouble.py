#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The traced program runs on undisturbed if the trace cannot be written, or if the tracer has too little memory."""

import os
import resource
import signal
import subprocess
import sys

from support import COTRACE, LIMIT, CommandTest, main, tracer_of, wait_until

# Options for the ways of tracing: without a seccomp filter, with a seccomp filter, and by seccomp notifications.
WAYS = ((), ("-f",), ("-f", "-e", "trace=kill"), ("-e", "trace=kill"), ("--entries-only", "-e", "trace=kill"))
INCOMPLETE = "the trace is incomplete from here"

# A shell script that makes traced calls until SIGUSR1, and then ends with status 7.
BUSY = "trap 'echo told; exit 7' USR1; echo ready; while kill -0 $$; do :; done"
# A shell script that makes 500 traced calls, reads a line, and ends with status 7. The trace of 500 calls is larger than the
# limits of these tests (16 KiB).
WAITING = "i=0; while [ $i -lt 500 ]; do i=$((i+1)); kill -0 $$; done; echo ready; read line; kill -0 $$; echo $line; exit 7"


class TroubleTest(CommandTest):
    def waiting(self, *words, **options):
        """Starts cotrace with WAITING, and returns when that script has made its 500 calls and is about to read a
        line."""
        tracer = self.cotrace(*words, "sh", "-c", WAITING, stdin=subprocess.PIPE, **options)
        self.assertEqual(tracer.stdout.readline(), "ready\n")
        return tracer

    def go_on(self, tracer):
        return tracer.communicate("went on\n", timeout=LIMIT)

    def busy(self):
        subject = self.start("sh", "-c", BUSY)
        self.assertEqual(subject.stdout.readline(), "ready\n")
        return subject

    def assert_runs_untraced(self, subject):
        self.assertTrue(wait_until(lambda: tracer_of(subject.pid) == 0))
        subject.send_signal(signal.SIGUSR1)
        self.assertEqual(subject.communicate(timeout=LIMIT)[0], "told\n")
        self.assertEqual(subject.returncode, 7)

    def complaint(self, tracer, *parts):
        """Checks the line by which cotrace reports, while the program still runs, that the trace cannot be written."""
        line = tracer.stderr.readline()
        self.assert_one_line(line, INCOMPLETE, *parts)

    def check_program_goes_on(self, output, told):
        """Checks that cotrace reports `told` about the output file, and that the program runs to its end."""
        for way in WAYS:
            with self.subTest(way):
                tracer = self.waiting(*way, "-o", output)
                self.complaint(tracer, told)
                self.assertEqual(self.go_on(tracer), ("went on\n", ""))
                self.assertEqual(tracer.returncode, 7)


class FullDisk(TroubleTest):
    def test_a_launched_program_runs_to_its_end(self):
        self.check_program_goes_on("/dev/full", "/dev/full: No space left on device")

    def test_a_program_killed_by_a_signal(self):
        tracer = self.cotrace("-o", "/dev/full", "sh", "-c", "echo ready; read line; kill -KILL $$", stdin=subprocess.PIPE)
        self.assertEqual(tracer.stdout.readline(), "ready\n")
        self.complaint(tracer)
        self.go_on(tracer)
        self.assertEqual(tracer.returncode, -signal.SIGKILL)

    def test_it_fails_if_asked_to(self):
        for way in WAYS:
            with self.subTest(way):
                tracer = self.waiting(*way, "--on-output-error=fail", "-o", "/dev/full")
                self.complaint(tracer, "/dev/full: No space left on device")
                self.assertEqual(self.go_on(tracer), ("went on\n", ""))
                self.assertEqual(tracer.returncode, 1)

    def test_it_kills_if_asked_to(self):
        for way in WAYS:
            with self.subTest(way):
                status, out, err = self.trace(*way, "--on-output-error=kill", "-o", "/dev/full", "sh", "-c",
                                              "kill -0 $$; exec sleep 60")
                self.assertEqual((status, out), (1, ""))
                self.assert_one_line(err, "/dev/full: No space left on device")

    def test_a_trace_whose_only_write_fails(self):
        self.assertEqual(self.trace("-o", "/dev/full", "true")[0], 0)
        self.assertEqual(self.trace("--on-output-error=fail", "-o", "/dev/full", "true")[0], 1)
        status, _, err = self.trace("-c", "-o", "/dev/full", "sh", "-c", "exit 3")
        self.assertEqual(status, 3)
        self.assert_one_line(err, "/dev/full: No space left on device", INCOMPLETE)

    def test_an_attached_process_is_detached(self):
        for way in ((), ("-f",), ("--on-output-error=kill",)):
            with self.subTest(way):
                subject = self.busy()
                status, _, err = self.trace("-q", *way, "-o", "/dev/full", "-p", subject.pid)
                self.assertEqual(status, 1)
                self.assert_one_line(err, "/dev/full: No space left on device", INCOMPLETE)
                self.assert_runs_untraced(subject)

    def test_attached_and_launched_at_once(self):
        subject = self.busy()
        tracer = self.waiting("-q", "-f", "-o", "/dev/full", "-p", subject.pid)
        self.complaint(tracer)
        self.assert_runs_untraced(subject)
        self.go_on(tracer)
        self.assertEqual(tracer.returncode, 7)

    def test_a_command_with_a_detached_tracer(self):
        for way in ("-D", "-DD", "-DDD"):
            with self.subTest(way):
                tracer = self.waiting("-f", way, "-o", "/dev/full")
                self.complaint(tracer)
                self.assertTrue(wait_until(lambda: tracer_of(tracer.pid) == 0))
                self.assertEqual(self.go_on(tracer), ("went on\n", ""))
                self.assertEqual(tracer.returncode, 7)

    def test_faults_are_still_injected(self):
        for way in ((), ("-f", "-e", "trace=kill")):
            with self.subTest(way):
                script = "echo ready; read line; kill -0 $$ || exit 8"
                tracer = self.cotrace(*way, "-e", "fault=kill:error=EPERM", "-o", "/dev/full", "sh", "-c",
                                      "kill -0 $$; " + script, stdin=subprocess.PIPE)
                self.assertEqual(tracer.stdout.readline(), "ready\n")
                while INCOMPLETE not in tracer.stderr.readline():   # standard error also has messages of the shell
                    pass
                self.go_on(tracer)
                self.assertEqual(tracer.returncode, 8)

    def test_a_small_file_system(self):
        if os.geteuid() != 0:
            self.skipTest("only root can mount")
        disk = self.path("disk")
        os.mkdir(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], stderr=subprocess.DEVNULL).returncode:
            self.skipTest("mounting is not permitted here")
        self.addCleanup(subprocess.run, ["umount", disk])
        for way in WAYS[1:3]:
            with self.subTest(way):
                tracer = self.waiting(*way, "-o", "disk/t")
                self.complaint(tracer, "disk/t: No space left on device")
                self.go_on(tracer)
                self.assertEqual(tracer.returncode, 7)
                self.assertEqual(os.path.getsize(self.path("disk/t")), 16384)

    def test_a_file_that_reached_its_limit(self):
        # A process that ignores SIGXFSZ gets EFBIG from a write(2) beyond RLIMIT_FSIZE.
        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (10000, 10000))

        tracer = self.waiting("-o", "t", preexec_fn=small_files)
        self.complaint(tracer, "t: File too large")
        self.go_on(tracer)
        self.assertEqual(tracer.returncode, 7)
        self.assertEqual(os.path.getsize(self.path("t")), 10000)


class FilePerThread(TroubleTest):
    """With -ff, if the files of some threads cannot be written, the other threads are still traced to their ends."""

    def launch(self, *words):
        os.mkdir(self.path("folder"))
        tracer = self.cotrace("-ff", "-e", "trace=kill", *words, "-o", "folder/t", "sh", "-c",
                              "echo ready; while read line; do sh -c 'kill -0 $$; exit 0'; echo done; done; exit 7",
                              stdin=subprocess.PIPE)
        self.assertEqual(tracer.stdout.readline(), "ready\n")
        self.assertTrue(wait_until(lambda: os.listdir(self.path("folder"))))
        return tracer

    def next_child(self, tracer):
        tracer.stdin.write("next\n")
        tracer.stdin.flush()
        self.assertEqual(tracer.stdout.readline(), "done\n")

    def test_other_files_are_written(self):
        tracer = self.launch()
        os.rename(self.path("folder"), self.path("away"))   # now the tracer cannot create files in this folder
        self.next_child(tracer)
        self.complaint(tracer, "folder/t.", "No such file or directory")
        self.next_child(tracer)
        root, = os.listdir(self.path("away"))
        self.assertTrue(wait_until(lambda: self.contents(f"away/{root}").count("--- SIGCHLD") == 2))
        os.mkdir(self.path("folder"))
        self.next_child(tracer)
        _, err = tracer.communicate(timeout=LIMIT)
        self.assertEqual(tracer.returncode, 7)
        self.assert_one_line(err, "2 files of the trace are incomplete")
        self.assertTrue(self.contents(f"away/{root}").endswith("+++ exited with 7 +++\n"))
        child, = os.listdir(self.path("folder"))
        self.assertRegex(self.contents(f"folder/{child}"), r"(?m)^kill\(")

    def test_it_fails_if_asked_to(self):
        tracer = self.launch("--on-output-error=fail")
        os.rename(self.path("folder"), self.path("away"))
        self.next_child(tracer)
        tracer.communicate(timeout=LIMIT)
        self.assertEqual(tracer.returncode, 1)
        root, = os.listdir(self.path("away"))
        self.assertTrue(self.contents(f"away/{root}").endswith("+++ exited with 7 +++\n"))

    def test_it_kills_if_asked_to(self):
        tracer = self.launch("--on-output-error=kill")
        os.rename(self.path("folder"), self.path("away"))
        tracer.stdin.write("next\n")
        tracer.stdin.flush()
        self.assertEqual(tracer.wait(60), 1)
        self.complaint(tracer, "folder/t.")


class Readers(TroubleTest):
    def test_a_reader_of_standard_error_that_left(self):
        for way in WAYS:
            with self.subTest(way):
                tracer = self.cotrace(*way, "sh", "-c", f"trap '' PIPE; {WAITING}", stdin=subprocess.PIPE)
                tracer.stderr.readline()
                tracer.stderr.close()
                tracer.stderr = None
                self.assertEqual(tracer.stdout.readline(), "ready\n")
                self.assertEqual(self.go_on(tracer)[0], "went on\n")
                self.assertEqual(tracer.returncode, 7)

    def test_it_fails_if_asked_to(self):
        tracer = self.cotrace("--on-output-error=fail", "sh", "-c", f"trap '' PIPE; {WAITING}", stdin=subprocess.PIPE)
        tracer.stderr.readline()
        tracer.stderr.close()
        tracer.stderr = None
        self.assertEqual(self.go_on(tracer)[0], "ready\nwent on\n")
        self.assertEqual(tracer.returncode, 1)

    def test_a_piped_command_that_left(self):
        self.check_program_goes_on("|exit 3", "|exit 3: Broken pipe")


class ClosedStandardError(TroubleTest):
    def trace_without(self, *words):
        process = self.start("sh", "-c", 'exec "$@" 2>&-', "sh", COTRACE, *words)
        return self.finish(process)[:2]

    def test_a_launched_program_runs(self):
        for way in WAYS:
            with self.subTest(way):
                self.assertEqual(self.trace_without(*way, "sh", "-c", "kill -0 $$; echo ran; exit 7"), (7, "ran\n"))

    def test_it_fails_if_asked_to(self):
        self.assertEqual(self.trace_without("--on-output-error=fail", "sh", "-c", "echo ran; exit 7"), (1, "ran\n"))
        self.assertEqual(self.trace_without("--on-output-error=kill", "sh", "-c", "while kill -0 $$; do :; done"), (1, ""))

    def test_a_trace_that_goes_to_a_file_is_complete(self):
        self.assertEqual(self.trace_without("-o", "t", "sh", "-c", "exit 7"), (7, ""))
        self.assertTrue(self.contents("t").endswith("+++ exited with 7 +++\n"))

    def test_the_program_finds_it_closed(self):
        script = "test -e /proc/self/fd/2 && echo open; ls /proc/$$/fd"
        plain = self.run_to_end("sh", "-c", 'exec "$@" 2>&-', "sh", "sh", "-c", script)[:2]
        self.assertEqual(self.trace_without("-o", "t", "sh", "-c", script), plain)
        self.assertEqual(self.trace_without("sh", "-c", script), plain)

    def test_an_attached_process_is_detached(self):
        subject = self.busy()
        self.assertEqual(self.trace_without("-p", subject.pid), (1, ""))
        self.assert_runs_untraced(subject)


class Memory(TroubleTest):
    """Limits the tracer's address space (RLIMIT_AS) to about its size at the time when the subject waits for its first
    line. Then lets the subject write large strings, for which the tracer needs more memory."""

    WRITES = ("import sys\n"
              "print('ready', flush=True)\n"
              "sys.stdin.readline()\n"
              "with open('/dev/null', 'wb', buffering=0) as null:\n"
              "  for size in range(1024, 200 << 10, 1024): null.write(b'x' * size)\n"
              "print('wrote', flush=True)\n"
              "print('read', sys.stdin.readline().strip(), flush=True)\n"
              "sys.exit(7)\n")
    OPTIONS = ("-q", "-s", 1 << 20, "-o", "t")
    RESERVE = 16 << 20

    def subject(self, *tracer):
        return self.start(*tracer, sys.executable, "-c", self.WRITES, stdin=subprocess.PIPE)

    def size_of(self, process):
        with open(f"/proc/{process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmSize:")) << 10

    def limit(self, tracer):
        size = self.size_of(tracer)
        if size > 1 << 40:
            self.skipTest("the address sanitizer takes all address space")
        resource.prlimit(tracer.pid, resource.RLIMIT_AS, (size, resource.RLIM_INFINITY))
        return size

    def tell(self, process, line):
        process.stdin.write(line + "\n")
        process.stdin.flush()

    def attach(self, *way, **options):
        subject = self.subject()
        self.assertEqual(subject.stdout.readline(), "ready\n")
        tracer = self.cotrace(*way, *self.OPTIONS, "-p", subject.pid, **options)
        self.assertTrue(wait_until(lambda: self.contents_or_nothing("t").endswith("read(0, ")))
        os.unlink(self.path("t"))
        return subject, tracer, self.limit(tracer)

    def run_out(self, subject, tracer):
        self.tell(subject, "write")
        status, _, err = self.finish(tracer)
        self.assertEqual(status, 1)
        self.assert_one_line(err, "out of memory")
        self.assertEqual(tracer_of(subject.pid), 0)
        self.assertEqual(subject.stdout.readline(), "wrote\n")
        out, _ = subject.communicate("more\n", timeout=LIMIT)
        self.assertEqual((subject.returncode, out), (7, "read more\n"))

    def test_an_attached_process_is_detached(self):
        for way in ((), ("-f",)):
            with self.subTest(way):
                subject, tracer, _ = self.attach(*way)
                self.run_out(subject, tracer)

    def test_an_attached_process_is_detached_without_a_reserve(self):
        subject, tracer, size = self.attach()
        self.run_out(subject, tracer)
        small = (size - self.RESERVE // 2, resource.RLIM_INFINITY)   # the tracer cannot allocate its reserve of memory
        for way in ((), ("-f",)):
            with self.subTest(way):
                subject, tracer, size_now = self.attach(*way, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, small))
                self.assertLess(size_now, small[0])
                self.run_out(subject, tracer)

    def test_a_launched_program_runs_to_its_end(self):
        for way in ((), ("-f", "-e", "trace=write,read")):
            with self.subTest(way):
                tracer = self.subject(COTRACE, *way, *self.OPTIONS)
                self.assertEqual(tracer.stdout.readline(), "ready\n")
                self.assertTrue(wait_until(lambda: self.contents_or_nothing("t").endswith("read(0, ")))
                os.unlink(self.path("t"))
                self.limit(tracer)
                self.tell(tracer, "write")
                self.assertEqual(tracer.stdout.readline(), "wrote\n")
                self.complaint(tracer, "out of memory")
                self.assertEqual(tracer.communicate("more\n", timeout=LIMIT), ("read more\n", ""))
                self.assertEqual(tracer.returncode, 7)

    def contents_or_nothing(self, name):
        return self.contents(name) if os.path.exists(self.path(name)) else ""


if __name__ == "__main__":
    main()
