#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The lines that -d prints: what cotrace does at each stop of a thread."""

import re
import signal

from support import COTRACE, CommandTest, guest, main, wait_until, tracer_of


class DebugLines(CommandTest):
    def debug(self, *words):
        """Runs cotrace. Returns the lines of -d without their prefix, and the other lines of standard error."""
        status, _, err = self.trace(*words)
        self.assertEqual(status, 0)
        name = COTRACE
        lines = err.splitlines()
        ours = [line.removeprefix(f"{name}: debug: ") for line in lines if line.startswith(f"{name}: debug: ")]
        return ours, [line for line in lines if not line.startswith(f"{name}: debug: ")]

    def test_off_by_default(self):
        lines, others = self.debug("-o", "t", guest("hello"))
        self.assertEqual((lines, others), ([], []))

    def test_a_call(self):
        for option in ("-d", "--debug"):
            lines, others = self.debug(option, "-o", "t", guest("hello"))
            self.assertEqual(others, [])
            for line in lines:
                self.assertRegex(line, r"^\d+: (wait status|stop|decision|request): \S")
            text = "\n".join(lines)
            self.assertRegex(text, r"(?s)wait status: stopped at a call.*stop: entry of exit_group"
                                   r".*decision: the filter selects the call.*request: PTRACE_SYSCALL")
            self.assertRegex(text, r"wait status: exited with 0\n?\Z")
            self.assertIn("request: PTRACE_SEIZE", text)
            self.assertIn("exit_group(0)", self.contents("t"))

    def test_a_notification(self):
        lines, _ = self.debug("-d", "--entries-only", "-o", "t", guest("hello"))
        self.assertTrue(any(re.search(r"^\d+: notification: entry of exit_group$", line) for line in lines))

    def test_a_call_that_is_not_selected(self):
        lines, _ = self.debug("-d", "-o", "t", "-e", "trace=exit_group", guest("hello"))
        self.assertTrue(any("decision: the filter does not select the call" in line for line in lines))

    def test_attaching_and_detaching(self):
        subject = self.start("sleep", "60")
        tracer = self.cotrace("-d", "-o", "t", "-p", subject.pid)
        self.assertTrue(wait_until(lambda: tracer_of(subject.pid) == tracer.pid))
        tracer.send_signal(signal.SIGTERM)
        _, _, err = self.finish(tracer)
        subject.kill()
        self.assertRegex(err, rf"debug: {subject.pid}: request: PTRACE_SEIZE\n")
        self.assertRegex(err, rf"debug: {subject.pid}: request: PTRACE_INTERRUPT\n")
        self.assertRegex(err, rf"debug: {subject.pid}: request: PTRACE_DETACH\n")

    def test_a_signal(self):
        lines, _ = self.debug("-d", "-o", "t", "sh", "-c", "kill -CHLD $$")
        self.assertTrue(any("stop: delivery of SIGCHLD" in line for line in lines))
        self.assertTrue(any(re.search(r"request: PTRACE_\w+ with signal 17$", line) for line in lines))


if __name__ == "__main__":
    main()
