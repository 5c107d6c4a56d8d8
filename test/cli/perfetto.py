#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests --format=perfetto with traces of real programs. protoc decodes the traces with perfetto.proto, a description of the
format that is independent of cotrace's source code. `Trace` in perfetto_trace.py checks what must hold for all traces."""

import re
import subprocess
import time
import unittest

from support import COTRACE, CommandTest, guest, main, need
from perfetto_trace import Trace, decode, only


def is_built_in():
    """Whether cotrace was built with protozero."""
    done = subprocess.run([COTRACE, "--format=perfetto", "-o", "/dev/null", "true"], capture_output=True, text=True)
    return "built without protozero" not in done.stderr


def names(events):
    return [each.name for each in events]


@unittest.skipUnless(is_built_in(), "cotrace was built without protozero")
class PerfettoTest(CommandTest):
    def setUp(self):
        super().setUp()
        need("protoc")

    def perfetto(self, *words, options=("-f",), status=0):
        got, _, err = self.trace("-o", "t", "--format=perfetto", *options, *words)
        self.assertEqual(got, status, err)
        self.assertNotIn(COTRACE, err)
        return Trace(self.path("t"))


@unittest.skipIf(is_built_in(), "cotrace was built with protozero")
class WithoutProtozero(CommandTest):
    def test_the_format_is_refused(self):
        status, _, err = self.trace("--format=perfetto", "-o", "t", "true")
        self.assertEqual(status, 1)
        self.assertIn("--format=perfetto is not available, because cotrace was built without protozero\n", err)


class Slices(PerfettoTest):
    def test_each_call_is_a_slice_with_its_times(self):
        begin = time.time_ns()
        trace = self.perfetto("cat", "/dev/null")
        end = time.time_ns()
        self.trace("-o", "text", "cat", "/dev/null")
        self.assertEqual(names(trace.slices()), re.findall(r"^(\w+)\(", self.contents("text"), re.M))
        for each in trace.slices():
            self.assertTrue(begin <= each.start <= each.end <= end, each)
            self.assertEqual(each.categories, ["syscall"])
        self.assertLessEqual(trace.begin, trace.slices()[0].start)
        exit_group = trace.slices()[-1]
        self.assertEqual((exit_group.name, exit_group.arguments), ("exit_group", {"status": 0, "unfinished": True}))

    def test_arguments_have_types(self):
        with open(self.path("ü\n"), "w") as file:
            file.write("line\n\1")
        trace = self.perfetto("sh", "-c", "cat 'ü\n'; head -c 6 < 'ü\n'")
        opened = next(each for each in trace.slices(name="openat") if each.arguments["pathname"] == "ü\n")
        self.assertEqual(opened.arguments, {"dirfd": "AT_FDCWD", "pathname": "ü\n", "flags": "O_RDONLY", "return": 3})
        read, = trace.slices(name="read")[-1:]
        self.assertEqual(read.arguments, {"fd": 0, "buf": '"line\\n\\1"', "count": 6, "return": 6})
        status, = (each.arguments for each in trace.slices(name="newfstatat")
                   if each.arguments.get("return") == 0 and each.arguments["statbuf"]["st_size"] == 6)
        self.assertEqual(status["dirfd"], 3)
        self.assertTrue(status["statbuf"]["st_mode"].startswith("S_IFREG|0"))
        executed = trace.slices()[0]
        self.assertEqual((executed.name, executed.arguments["argv"]), ("execve", ["sh", "-c", "cat 'ü\n'; head -c 6 < 'ü\n'"]))
        self.assertRegex(executed.arguments["envp"], r"^0x[0-9a-f]+ /\* \d+ vars \*/$")
        self.assertGreater(trace.slices(name="brk")[0].arguments["return"], 2**31)
        self.assertEqual(trace.slices(name="close")[0].arguments, {"fd": 3, "return": 0})

    def test_addresses_of_sockets_are_nested(self):
        need("python3")
        trace = self.perfetto("python3", "-S", "-c", "import socket\ns = socket.socket()\ntry: s.connect(('127.0.0.1', 1))\n"
                                                     "except OSError: pass")
        connect, = trace.slices(name="connect")
        self.assertEqual(connect.arguments["addr"], {"sa_family": "AF_INET", "sin_port": 1, "sin_addr": "127.0.0.1"})
        self.assertEqual(connect.arguments["error"], "ECONNREFUSED")

    def test_bytes_that_are_not_text_are_escaped(self):
        status, _, _ = self.trace("-o", "t", "--format=perfetto", "cat", b"/no/\xff\xfe".decode(errors="surrogateescape"))
        self.assertEqual(status, 1)
        self.assertIn('"/no/\\377\\376"', [each.arguments["pathname"] for each in Trace(self.path("t")).slices(name="openat")])

    def test_a_cut_string_ends_between_characters(self):
        self.trace("-o", "t", "--format=perfetto", "-s", "6", "sh", "-c", "echo 1234ünd")
        self.assertEqual(only(Trace(self.path("t")).slices(name="write")).arguments["buf"], "1234ü...")
        self.trace("-o", "t", "--format=perfetto", "-s", "5", "sh", "-c", "echo 1234ünd")
        self.assertEqual(only(Trace(self.path("t")).slices(name="write")).arguments["buf"], "1234...")

    def test_unknown_calls_have_their_number(self):
        trace = self.perfetto(guest("makes_numbered_call"), 1000)
        unknown, = trace.slices(name="syscall_0x3e8")
        self.assertEqual(unknown.arguments, {"registers": [1, 2, 3, 4, 5, 6], "error": "ENOSYS"})

    def test_a_call_that_is_interrupted_and_goes_on(self):
        trace = self.perfetto(guest("interrupts_sleep"))
        sleep, = trace.slices(name="clock_nanosleep") or trace.slices(name="nanosleep")
        self.assertEqual(sleep.arguments["error"], "ERESTART_RESTARTBLOCK")
        alarm, = trace.instants("SIGALRM")
        self.assertGreaterEqual(alarm.start, sleep.end)
        self.assertEqual((alarm.categories, alarm.arguments), (["signal"], {"si_code": "SI_KERNEL"}))

    def test_injected_results(self):
        trace = self.perfetto("cat", "/dev/null", status=1, options=("-e", "fault=openat:error=EIO:when=3+"))
        self.assertEqual(trace.slices(name="openat")[2].arguments["tampered"], "(INJECTED)")

    def test_call_stacks(self):
        _, _, err = self.trace("-o", "t", "--format=perfetto", "-k", "-e", "trace=getppid", guest("calls_deeply"))
        if "built without libdw" in err:
            self.skipTest(err)
        stack = Trace(self.path("t")).slices(name="getppid")[0].arguments["stack"]
        self.assertIn("innermost", [frame.split()[0] for frame in stack])


class Tracks(PerfettoTest):
    def test_threads_are_under_their_process_with_their_names(self):
        trace = self.perfetto(guest("renames_threads"))
        process, = (each for each in trace.tracks.items() if each[1].kind == "process")
        threads = [each for each in trace.tracks.values() if each.kind == "thread"]
        self.assertEqual([each.names[-1] for each in threads], ["itself", "by another"])
        self.assertEqual(threads[1].names, ["itself", "before", "by another"])
        self.assertEqual(process[1].names[-1], "itself")
        for each in threads:
            self.assertEqual((each.parent, each.pid), (process[0], process[1].pid))
        self.assertEqual(threads[0].tid, process[1].pid)
        self.assertNotEqual(threads[1].tid, process[1].pid)

    def test_processes_have_the_name_of_their_program(self):
        need("bash")
        trace = self.perfetto("bash", "-c", "true | cat; ls / > /dev/null; :")
        processes = [each.name for each in trace.tracks.values() if each.kind == "process"]
        self.assertEqual(sorted(processes), ["bash", "bash", "cat", "ls"])

    def test_a_reused_thread_id_gets_a_new_track(self):
        trace = self.perfetto(guest("churns_threads"))
        threads = [each for each in trace.tracks.values() if each.kind == "thread"]
        self.assertEqual(len(threads), 1 + len(trace.instants("started by clone")))

    def test_execve_of_a_thread_that_is_not_the_leader(self):
        trace = self.perfetto(guest("thread_execs"), "/bin/true")
        leader = next(each for each in trace.tracks.values() if each.kind == "thread" and each.tid == each.pid)
        executed = trace.slices(name="execve")
        self.assertEqual([each.track is leader for each in executed], [True, False])
        after = [each for each in trace.slices() if each.start >= executed[1].end]
        self.assertTrue(after)
        self.assertTrue(all(each.track is leader for each in after))
        self.assertEqual(leader.name, "true")
        superseded, = trace.instants("superseded by execve")
        self.assertEqual((superseded.track, superseded.arguments["by"]), (leader, executed[1].track.tid))

    def test_ends(self):
        trace = self.perfetto("sh", "-c", "(exit 3); sh -c 'kill -9 $$'; exit 0")
        ends = [each for each in trace.instants() if each.name in ("exited", "killed by SIGKILL")]
        self.assertEqual([(each.name, each.arguments) for each in ends],
                         [("exited", {"status": 3}), ("killed by SIGKILL", {}), ("exited", {"status": 0})])
        kill, end = trace.ends_of(ends[1].flows[0])
        self.assertEqual((kill.name, kill.arguments["sig"], end), ("kill", "SIGKILL", ends[1]))


class Flows(PerfettoTest):
    def flow(self, trace, to):
        """The other event of the flow that ends at the event `to`."""
        source, end = trace.ends_of(to.flows[0])
        self.assertIs(end, to)
        return source

    def test_from_fork_to_the_child(self):
        for program, words, kind in (("forks", (), "clone"), ("vforks_and_execs", ("/bin/true",), "vfork")):
            with self.subTest(program):
                trace = self.perfetto(guest(program), *words, status=1 if program == "forks" else 0)
                starts = [each for each in trace.instants() if each.name.startswith("started by ")]
                self.assertEqual(len(starts), 2 if program == "forks" else 1)
                for start in starts:
                    made = self.flow(trace, start)
                    self.assertEqual((made.kind, made.name), ("SLICE", kind))
                    self.assertEqual(start.arguments["parent"], made.track.tid)
                    self.assertEqual(str(made.arguments["return"]).split("<")[0], str(start.track.tid))

    def test_from_a_call_that_is_not_traced(self):
        trace = self.perfetto(guest("forks"), status=1, options=("-f", "-e", "trace=getpid"))
        self.assertEqual(trace.slices(), [])
        for start in (each for each in trace.instants() if each.name.startswith("started by ")):
            made = self.flow(trace, start)
            self.assertEqual((made.kind, made.name), ("INSTANT", "fork"))

    def test_from_a_call_that_is_left_out(self):
        trace = self.perfetto(guest("forks"), status=1, options=("-f", "-Z"))
        for start in (each for each in trace.instants() if each.name.startswith("started by ")):
            self.assertEqual(self.flow(trace, start).name, "fork")

    def test_from_the_sender_of_a_signal(self):
        trace = self.perfetto("sh", "-c", "trap : USR1; sh -c 'kill -USR1 $PPID'; kill -USR1 $$; :")
        first, second = trace.instants("SIGUSR1")
        for received, other in ((first, True), (second, False)):
            sent = self.flow(trace, received)
            self.assertEqual((sent.kind, sent.name, sent.arguments["sig"]), ("SLICE", "kill", "SIGUSR1"))
            self.assertEqual(sent.track is not received.track, other)
            self.assertEqual(received.arguments["si_pid"], sent.track.pid)
            self.assertEqual((received.arguments["si_code"], sent.track.name), ("SI_USER", received.arguments.get("sender", "sh")))

    def test_not_from_a_check_of_a_process(self):
        trace = self.perfetto("sh", "-c", "kill -0 $$")
        self.assertEqual(only(trace.slices(name="kill")).flows, [])

    def test_from_the_end_of_a_child(self):
        trace = self.perfetto("sh", "-c", "(exit 3); :")
        child = self.flow(trace, only(trace.instants("SIGCHLD")))
        self.assertEqual((child.name, child.arguments), ("exited", {"status": 3}))


class Errors(PerfettoTest):
    def test_an_error_is_an_instant_within_the_slice(self):
        trace = self.perfetto("cat", "/no/such/file", status=1)
        failed = next(each for each in trace.slices(name="openat") if each.arguments["pathname"] == "/no/such/file")
        self.assertEqual(failed.arguments["error"], "ENOENT")
        error = next(each for each in trace.instants("ENOENT") if each.start == failed.end)
        self.assertEqual((error.track, error.categories), (failed.track, ["error"]))
        self.assertEqual(error.arguments, {"text": "No such file or directory"})
        failures = [each for each in trace.slices() if "error" in each.arguments]
        self.assertEqual(len(failures), sum(each.categories == ["error"] for each in trace.instants()))


class Counter(PerfettoTest):
    def test_calls_in_progress(self):
        trace = self.perfetto(guest("forks"), status=1)
        values = [value for _, value in trace.counter()]
        self.assertEqual(max(values), 3)   # two processes wait for their children, and the third runs
        self.assertEqual(values[-1], 0)
        for before, after in zip([0, *values], values):
            self.assertEqual(abs(after - before), 1)
        self.assertEqual(len(values), 2 * len(trace.slices()))
        track, = (each for each in trace.tracks.values() if each.kind == "counter")
        self.assertEqual(track.name, "calls in progress")

    def test_calls_that_are_left_out_count(self):
        trace = self.perfetto("true", options=("-Z",))
        self.assertGreater(len(trace.counter()), 2 * len(trace.slices()))
        self.assertEqual(trace.counter()[-1][1], 0)


class Selection(PerfettoTest):
    def test_failed_calls(self):
        trace = self.perfetto("cat", "/no/such/file", status=1, options=("-Z",))
        self.assertGreater(len(trace.slices()), 1)
        self.assertTrue(all("error" in each.arguments for each in trace.slices()))

    def test_a_condition(self):
        trace = self.perfetto("cat", "/no/such/file", status=1, options=("-f", "--where", 'path == "/no/such/file"'))
        self.assertEqual(set(names(trace.slices())), {"openat"})
        self.assertEqual([each.name for each in trace.tracks.values() if each.kind == "thread"], ["cat"])

    def test_signals(self):
        trace = self.perfetto("sh", "-c", "(exit 3); :", options=("-f", "--signal=none"))
        self.assertEqual(trace.instants("SIGCHLD"), [])

    def test_several_commands(self):
        trace = self.perfetto("true", options=("--run", "sh -c :",))
        self.assertEqual({each.arguments["session"] for each in trace.instants("launched")}, {"1 sh", "2 true"})


class Options(PerfettoTest):
    def test_the_clock(self):
        for name, number, clock in (("monotonic", 3, time.CLOCK_MONOTONIC), ("boottime", 6, time.CLOCK_BOOTTIME)):
            begin = time.clock_gettime_ns(clock)
            trace = self.perfetto("true", options=(f"--clock={name}",))
            self.assertEqual(trace.clock, number)
            self.assertTrue(begin <= trace.slices()[0].start <= time.clock_gettime_ns(clock))

    def test_entries_only(self):
        status, _, err = self.trace("-o", "t", "--format=perfetto", "--entries-only", "true")
        if status == 1 and err:
            self.skipTest(err)
        trace = Trace(self.path("t"))
        self.assertEqual(trace.slices(), [])
        self.assertEqual(trace.instants("exit_group")[0].arguments, {"status": 0})

    def test_an_attached_process(self):
        sleeper = self.start(guest("sleeps"), 100000)
        self.assertEqual(sleeper.stdout.readline(), "ready\n")
        tracer = self.cotrace("-o", "t", "--format=perfetto", "-p", sleeper.pid, "--stop-after=300ms")
        self.finish(tracer)
        sleeper.kill()
        trace = Trace(self.path("t"))
        self.assertEqual([each.name for each in trace.tracks.values() if each.kind == "process"], ["sleeps"])
        self.assertEqual(len(trace.instants("attached")), 1)

    def test_two_traces_in_one_file_have_different_tracks(self):
        self.perfetto("true")
        first = decode(self.path("t"))
        self.trace("-o", "t", "-A", "--format=perfetto", "true")
        packets = decode(self.path("t"))
        self.assertEqual(packets[:len(first)], first)

        def tracks(some):
            return {only(only(each["track_descriptor"])["uuid"]) for each in some if "track_descriptor" in each}

        self.assertFalse(tracks(first) & tracks(packets[len(first):]))
        self.assertEqual(only(packets[len(first)]["sequence_flags"]), 1)

    def test_options_that_cannot_be_combined(self):
        for words, *parts in ((("true",), "--format=perfetto must be given with -o/--output"),
                              (("-ff", "-o", "t", "true"), "--format=perfetto", "-ff/--output-separately"),
                              (("-c", "-o", "t", "true"), "can be combined only with --format=text and --format=json")):
            status, _, err = self.trace("--format=perfetto", *words)
            self.assertEqual(status, 1)
            self.assertIn(COTRACE, err)
            for part in parts:
                self.assertIn(part, err.splitlines()[0])

    def test_a_pipe(self):
        need("gzip")
        self.perfetto("true")
        self.trace("-o", f"|gzip > {self.path('z')}", "--format=perfetto", "true")
        with open(self.path("t"), "wb") as file:
            subprocess.run(["gzip", "-dc", self.path("z")], stdout=file, check=True)
        self.assertEqual(Trace(self.path("t")).slices()[0].name, "execve")


class Size(PerfettoTest):
    def test_names_are_written_once(self):
        trace = self.perfetto("sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do read line < /dev/null; done; :")
        with open(self.path("t"), "rb") as file:
            content = file.read()
        self.assertGreater(len(trace.slices(name="openat")), 9)
        self.assertEqual(content.count(b"openat"), 1)
        self.assertEqual(content.count(b"pathname"), 1)
        self.assertLess(len(content) / len(trace.slices()), 250)


if __name__ == "__main__":
    main()
