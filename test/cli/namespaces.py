#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The command in pid namespaces. As process 1 and as a child subreaper, cotrace must reap orphans. If /proc belongs to
another namespace or is missing, cotrace cannot look up processes."""

import os
import subprocess

from support import COTRACE, CommandTest, become_subreaper, guest, is_sanitized, main, need

NEW_NAMESPACE = ["unshare", "--pid", "--fork", "--kill-child"]


class InNamespaces(CommandTest):
    def setUp(self):
        super().setUp()
        need("unshare")
        if subprocess.run([*NEW_NAMESPACE, "--mount", "true"], stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("new namespaces are not permitted here")

    def assert_ends(self, words, output, status=0, **options):
        got, out, err = self.run_to_end(*words, **options)
        self.assertEqual((got, out, err), (status, output, ""))


class Orphans(InNamespaces):
    ways = [[], ["-f"], ["--entries-only"]]

    def test_process_1_reaps_orphans(self):
        for options in self.ways:
            with self.subTest(options=options):
                self.assert_ends([*NEW_NAMESPACE, "--mount-proc", COTRACE, *options, "-o", "t", guest("leaves_orphans"), 200],
                                 "orphans 200 zombies 0\n")

    def test_a_subreaper_reaps_orphans(self):
        for options in self.ways:
            with self.subTest(options=options):
                self.assert_ends([COTRACE, *options, "-o", "t", guest("leaves_orphans"), 200],
                                 "orphans 200 zombies 0\n", preexec_fn=become_subreaper)

    def test_orphans_are_reaped_while_the_traced_command_stops_all_the_time(self):
        for options in self.ways:
            with self.subTest(options=options):
                self.assert_ends([*NEW_NAMESPACE, "--mount-proc", COTRACE, *options, "-o", "/dev/null",
                                  guest("leaves_orphans"), 50, "busy"], "orphans 50 zombies 0\n")

    def test_a_zombie_that_delays_the_end_of_a_namespace_is_reaped(self):
        for options in self.ways:
            with self.subTest(options=options):
                self.assert_ends([*NEW_NAMESPACE, "--mount-proc", COTRACE, *options, "-o", "t", guest("leaves_namespace")], "")
                self.assert_ends([COTRACE, *options, "-o", "t", guest("leaves_namespace")], "", preexec_fn=become_subreaper)


class Launches(InNamespaces):
    def test_the_command_can_be_process_1_of_a_namespace_in_which_cotrace_is_not(self):
        # Without --fork, the first child of cotrace begins the new namespace. When this child has ended, cotrace cannot make
        # another child, which the leak detector needs.
        self.assert_ends(["env", "ASAN_OPTIONS=detect_leaks=0", "unshare", "--pid", COTRACE, "-o", "t", "sh", "-c", "echo $$"],
                         "1\n")


class WithoutProc(InNamespaces):
    # The address sanitizer reads its options from /proc/self/environ, and opens /proc/self/exe. The leak detector needs more
    # of /proc.
    for_sanitizer = r'mkdir /proc/self && printf "ASAN_OPTIONS=detect_leaks=0\0" >/proc/self/environ && ln -s x /proc/self/exe && '
    no_proc = f'mount -t tmpfs none /proc && {for_sanitizer if is_sanitized() else ""}exec "$0" "$@"'
    places = {
        "of another namespace": [*NEW_NAMESPACE],
        "not mounted": [*NEW_NAMESPACE, "--mount", "sh", "-c", no_proc],
    }

    def assert_same(self, check, name, *arguments):
        """Checks that a tracer does not change the output and the status of a guest. Calls `check` with the trace."""
        for proc, place in self.places.items():
            with self.subTest(proc=proc):
                alone = self.run_to_end(*place, guest(name), *arguments)
                traced = self.run_to_end(*place, COTRACE, "-f", "-o", "t", guest(name), *arguments)
                self.assertEqual(traced, alone)
                check(self.contents("t"))

    def assert_killed_end(self, *words, rounds):
        for proc, place in self.places.items():
            with self.subTest(proc=proc):
                self.assert_ends([*place, COTRACE, *words, guest("kills_makers"), rounds], f"killed {rounds}\n")
                self.assertNotIn("trace failed", self.contents("t"))

    def test_processes_are_followed(self):
        self.assert_same(lambda text: self.assertEqual(text.count("+++ exited with"), 21), "forks_many", 20, 4)

    def test_threads_are_followed(self):
        self.assert_same(lambda text: self.assertEqual(text.count("+++ exited with"), 21), "threads_many", 20)

    def test_a_thread_that_executes_a_program_is_followed(self):
        self.assert_same(lambda text: self.assertIn("+++ superseded by execve in pid", text),
                         "thread_execs", "/bin/echo", "done")

    def test_processes_that_are_killed_while_they_fork_end(self):
        self.assert_killed_end("-f", "-o", "t", rounds=40)

    def test_killed_processes_end_with_a_filter_in_the_kernel(self):
        self.assert_killed_end("-f", "--seccomp-bpf", "-e", "trace=getppid", "-o", "t", rounds=40)

    def test_killed_processes_end_in_a_nested_namespace(self):
        if [int(part) for part in os.uname().release.split(".")[:2]] < [6, 11]:
            self.skipTest("the kernel does not translate ids (Linux 6.11)")
        self.assert_killed_end("-f", "-o", "t", "unshare", "--pid", "--fork", rounds=20)

    def test_attaching_is_one_clear_error(self):
        for proc, place in self.places.items():
            for options in [["-p", "1"], ["-f", "-p", "1", "true"], ["--attach-name=init"]]:
                with self.subTest(proc=proc, options=options):
                    status, out, err = self.run_to_end(*place, COTRACE, *options)
                    self.assertEqual((status, out), (1, ""))
                    self.assert_one_line(err, "/proc is not mounted here, or shows another pid namespace")


if __name__ == "__main__":
    main()
