#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The command detaches and ends, whatever the traced processes are doing. The processes continue as if they had
not been traced."""

import signal
import subprocess

from support import COTRACE, CommandTest, guest, main, state_of, tracer_of, wait_until


class Detaching(CommandTest):
    def guest(self, name, *words):
        return self.start(guest(name), *words, stdin=subprocess.PIPE)

    def attach(self, *words):
        tracer = self.cotrace("-o", "t", *words)
        for _ in range(words.count("-p")):
            self.assertRegex(tracer.stderr.readline(), r"^\S*cotrace: Process \d+ attached")
        return tracer

    def expect(self, process, line):
        self.assertEqual(process.stdout.readline(), line + "\n")

    def vfork_parent(self):
        parent = self.guest("wakes_vfork")
        self.expect(parent, "ready")
        self.assertTrue(wait_until(lambda: state_of(parent.pid) == "D"))
        return parent

    def threads(self, *words):
        """Starts a process with three threads. Returns the process, the id of the thread that executes `words`, and the
        id of a thread that waits."""
        process = self.guest("executes_when_told", *words)
        line = process.stdout.readline().split()
        return process, int(line[1]), int(line[3])

    def test_the_command_does_not_wait_for_a_vfork_s_parent(self):
        for options in ((), ("-f",)):
            parent = self.vfork_parent()
            tracer = self.attach(*options, "-p", parent.pid)
            tracer.send_signal(signal.SIGINT)
            status, _, err = self.finish(tracer)
            self.assertEqual(status, -signal.SIGINT)
            self.assert_one_line(err, str(parent.pid), "uninterruptible sleep (state D)")
            self.assertEqual(tracer_of(parent.pid), 0)
            self.assertEqual(self.finish(parent), (0, "the child exited 18\n", ""))

    def test_a_second_signal_ends_the_command(self):
        for options in ((), ("-f",)):
            parent = self.vfork_parent()
            tracer = self.attach(*options, "-p", parent.pid)
            tracer.send_signal(signal.SIGINT)
            tracer.send_signal(signal.SIGTERM)
            self.assertIn(self.finish(tracer)[0], (-signal.SIGINT, -signal.SIGTERM))
            self.assertEqual(tracer_of(parent.pid), 0)
            self.assertEqual(self.finish(parent), (0, "the child exited 18\n", ""))

    def test_a_thread_that_executes_and_gets_its_leader_s_id_is_detached(self):
        process, executes, waits = self.threads(guest("hello"))
        keeper = self.guest("holds_at_exit", waits)
        # tearDown must end the keeper first, because the keeper holds a thread of `process` at its exit.
        self.started.insert(0, self.started.pop())
        self.expect(keeper, "seized")
        tracer = self.attach("-p", process.pid, "-p", executes)
        process.stdin.write("x")
        process.stdin.flush()
        self.expect(keeper, "held")
        self.assertTrue(wait_until(lambda: state_of(process.pid) == "Z"))
        tracer.send_signal(signal.SIGINT)
        self.assertEqual(tracer.stderr.readline(), f"{COTRACE}: Process {process.pid} detached\n")
        self.finish(keeper)
        self.assertEqual(self.finish(tracer)[0], -signal.SIGINT)
        self.assertEqual(self.finish(process), (0, "hello\n", ""))

    def test_the_only_attached_thread_of_a_process_executes(self):
        process, executes, _ = self.threads(guest("reads_line"))
        tracer = self.attach("-p", executes)
        process.stdin.write("x")
        process.stdin.flush()
        self.expect(process, "ready")
        self.assertEqual(tracer_of(process.pid), tracer.pid)
        tracer.send_signal(signal.SIGTERM)
        self.assertEqual(self.finish(tracer)[0], -signal.SIGTERM)
        self.assertEqual(self.finish(process), (0, "read 0 errno 0 \n", ""))

    def test_a_launched_vfork_s_parent_is_not_killed_when_the_limit_is_reached(self):
        def run(*options):
            tracer = self.cotrace("-f", "-o", "t", *options, guest("vforks_when_told"), stdin=subprocess.PIPE)
            self.expect(tracer, "ready")
            tracer.stdin.write("x")
            tracer.stdin.flush()
            self.assertRegex(tracer.stdout.readline(), r"^child \d+\n")
            return tracer

        self.assertEqual(self.finish(run())[:2], (0, "the child exited 18\n"))
        calls = [line for line in self.contents("t").splitlines() if " = " in line]
        last = next(index for index, line in enumerate(calls) if '"child ' in line)
        # The child's write(2) reaches the limit, while the parent still waits in vfork(2).
        tracer = run(f"--syscall-limit={last + 1}")
        self.assertIn("uninterruptible sleep", tracer.stderr.readline())
        self.assertEqual(self.finish(tracer)[:2], (0, "the child exited 18\n"))

    def test_children_that_are_not_followed_end_as_if_untraced(self):
        for words in (("clones_with_tracer",), ("clones_with_tracer", 0x4000), ("outlives_sibling",), ("clones_parent",)):
            # In the untraced run, the guest's parent is a shell. A shell reaps every child that it has or inherits.
            plain = self.run_to_end("bash", "-c", '"$@" & wait $!', "bash", guest(words[0]), *words[1:])
            self.assertEqual(self.trace("-o", "t", guest(words[0]), *words[1:]), plain)


if __name__ == "__main__":
    main()
