#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Tests the lines of -e trace=%io_uring, which show the submissions to io_urings and their completions.

The guests write the lines that they expect, so each test compares cotrace's lines with those of the guest.
"""

import json
import os
import re
import subprocess
import unittest

from container import DENYING
from json_lines import SCHEMA, Draft202012Validator
from observation import can_observe
from support import COTRACE, CommandTest, guest, main

WITH_LIBURING = ("operations", "batch", "two_rings", "registered", "large", "deep", "polled", "forked", "threads", "multishot")
BY_HAND = ("no_array", "no_mmap", "reversed", "hostile")
UNAVAILABLE = 77   # the exit status of a guest if the kernel lacks something that the mode needs
# Whether the kernel has the tracepoint io_uring_submit_req (Linux 6.3).
SEES_SUBMISSIONS = tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) >= (6, 3)


def why_not():
    """None, or the reason why the tests of io_urings cannot run here."""
    try:
        status = subprocess.run([guest("submits_to_ring"), "batch"], capture_output=True, check=False).returncode
    except OSError:
        return "the guest was not built, because there is no liburing"
    return "the kernel provides no io_uring" if status == UNAVAILABLE else None


class RingTest(CommandTest):
    def command_of(self, name):
        return guest("submits_by_hand" if name in BY_HAND else "submits_to_ring"), name

    def lines(self, *options, mode, tracer=(COTRACE,), selected="%io_uring"):
        """The lines about io_urings in the trace of a guest, and the lines that the guest expects. The guest runs without
        address space randomization, so that two runs have the same addresses."""
        status, out, err = self.run_to_end(*tracer, "-f", "-q", "-o", "t", "-e", f"trace={selected}", *options, "setarch", "-R",
                                           *self.command_of(mode))
        if status == UNAVAILABLE:
            self.skipTest(err.strip())
        self.assertEqual((status, err), (0, ""))
        return self.in_trace(), out.splitlines()

    def in_trace(self):
        return [line.split(None, 1)[1] for line in self.contents("t").splitlines() if " io_uring: " in line]


@unittest.skipIf(why_not(), why_not())
@unittest.skipIf(can_observe(), can_observe())
class Lines(RingTest):
    def test_ptrace(self):
        for mode in WITH_LIBURING + BY_HAND:
            with self.subTest(mode):
                if mode == "polled" and not SEES_SUBMISSIONS:
                    continue
                seen, expected = self.lines(mode=mode)
                self.assertEqual(seen, expected)

    @unittest.skipUnless(SEES_SUBMISSIONS, "the kernel does not report submissions")
    def test_observation(self):
        for mode in WITH_LIBURING + BY_HAND:
            if mode == "operations":   # this mode passes arrays of pointers, which an observation does not follow
                continue
            with self.subTest(mode):
                seen, expected = self.lines("--observe", mode=mode)
                self.assertEqual(seen, expected)

    @unittest.skipUnless(SEES_SUBMISSIONS, "the kernel does not report submissions")
    def test_what_pointers_in_memory_point_to_is_not_observed(self):
        seen, expected = self.lines("--observe", mode="operations")
        different = [line for line, right in zip(seen, expected, strict=True) if line != right]
        self.assertEqual([line.split("(")[0] for line in different], ["io_uring: writev", "io_uring: sendmsg"])
        self.assertRegex(different[0], r"\[\{iov_base=0x[0-9a-f]+, iov_len=3\}\], 1, -1, 0\) user_data=0x5$")
        self.assertRegex(different[1], r"msg_iov=0x[0-9a-f]+, msg_iovlen=1, ")

    def test_the_lines_stand_around_the_call(self):
        self.lines(mode="batch")
        trace = [line.split(None, 1)[1] for line in self.contents("t").splitlines()]
        call = next(i for i, line in enumerate(trace) if line.startswith("io_uring_enter(3, 8, 8, "))
        self.assertEqual(trace[call - 8:call], [f"io_uring: nop() user_data={number:#x}" for number in range(1, 9)])
        self.assertEqual(trace[call + 1:call + 9], [f"io_uring: nop user_data={number:#x} = 0" for number in range(1, 9)])
        self.assertRegex(trace[call + 9], r"^<\.\.\. io_uring_enter resumed>\) += 8$")

    def test_a_ring_from_before_the_attach(self):
        subject = self.start(*self.command_of("attached"), stdin=subprocess.PIPE)
        self.assertEqual(subject.stdout.readline(), "ready\n")
        tracer = self.cotrace("-f", "-o", "t", "-e", "trace=%io_uring,read", "-p", subject.pid)
        self.assertIn("attached", tracer.stderr.readline())
        out, _ = subject.communicate("x")
        self.assertEqual(subject.returncode, 0)
        self.finish(tracer)
        self.assertEqual(self.in_trace(), out.splitlines())

    def test_other_sets_do_not_have_them(self):
        for selected in ("all", "io_uring_enter", "!%io_uring", "!read"):
            with self.subTest(selected):
                self.assertEqual(self.lines(mode="batch", selected=selected)[0], [])
        self.assertEqual(self.lines(mode="batch", selected="openat,%io_uring")[0], self.lines(mode="batch")[1])

    def test_conditions(self):
        seen, expected = self.lines("--where", 'kind == "completion" && error == ENOENT', mode="operations")
        self.assertEqual(seen, [line for line in expected if "ENOENT" in line])
        seen, expected = self.lines("--where", 'kind == "submission" && name == "openat" && path == "ring_file"', mode="operations")
        self.assertEqual(seen, [line for line in expected if 'openat(AT_FDCWD, "ring_file"' in line])

    def test_names_and_numbers_are_those_of_operations(self):
        seen, expected = self.lines("--where", 'name == "poll_add"', mode="operations")
        self.assertEqual(seen, [line for line in expected if " poll_add" in line])
        # 18 is the opcode IORING_OP_OPENAT, and also the number of pwrite64(2).
        self.assertEqual(self.lines("--where", "number == 18", mode="operations")[0], [])
        seen, expected = self.lines("-e", "raw=pwrite64,read", mode="operations")
        self.assertEqual(seen, expected)

    def test_a_summary_has_no_lines(self):
        status, _, err = self.trace("-c", "-e", "trace=%io_uring", *self.command_of("batch"))
        self.assertEqual(status, 0)
        self.assertIn("io_uring_enter", err)
        self.assertNotIn("io_uring: ", err)

    def test_recording(self):
        live, expected = self.lines(mode="operations")
        self.assertEqual(live, expected)
        status, out, err = self.trace("-f", "-q", "--record", "r", "-e", "trace=%io_uring", "setarch", "-R", *self.command_of("operations"))
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(self.trace("view", "r", "-f", "-o", "t")[0], 0)
        self.assertEqual(self.in_trace(), out.splitlines())


@unittest.skipIf(why_not(), why_not())
class WithoutTracepoints(RingTest):
    """If the kernel refuses BPF programs, cotrace shows submissions, and one line says what is missing."""

    def test_submissions_only(self):
        seen, expected = self.lines(mode="two_rings", tracer=(DENYING, "bpf:5=1", "--", COTRACE))
        self.assertEqual(seen, [line for line in expected if "(" in line])
        missing = [line for line in self.contents("t").splitlines() if "trace failed" in line]
        self.assertEqual(len(missing), 1)
        self.assertIn("observe without CAP_BPF and CAP_PERFMON", missing[0])


@unittest.skipIf(why_not(), why_not())
@unittest.skipIf(can_observe(), can_observe())
@unittest.skipIf(Draft202012Validator is None, "python3-jsonschema is not installed")
class Json(RingTest):
    def test_members(self):
        status, out, err = self.trace("-f", "-o", "t", "--format=json", "-e", "trace=%io_uring", *self.command_of("operations"))
        self.assertEqual((status, err), (0, ""))
        with open(SCHEMA) as file:
            schema = Draft202012Validator(json.load(file))
        lines = [json.loads(line) for line in self.contents("t").splitlines()]
        for line in lines:
            schema.validate(line)
        submitted = [line for line in lines if line["event"] == "ring_submitted"]
        completed = [line for line in lines if line["event"] == "ring_completed"]
        expected = out.splitlines()
        self.assertEqual(len(submitted) + len(completed), len(expected))
        opened = next(line for line in submitted if line["user_data"] == "0x3")
        self.assertEqual((opened["name"], opened["opcode"], opened["ring"]), ("openat", 18, 3))
        self.assertEqual(opened["arguments"]["pathname"]["string"], "ring_file")
        self.assertEqual(opened["arguments"]["mode"]["octal"], "0600")
        missing = next(line for line in completed if line["user_data"] == "0x2")
        self.assertEqual(missing["return"], {"text": "-1 ENOENT (No such file or directory)", "value": -1})
        self.assertEqual(missing["error"]["name"], "ENOENT")
        chosen = next(line for line in completed if line["user_data"] == "0x21")
        self.assertEqual(chosen["flags"], hex(3 << 16 | 1))   # the number of the buffer, 3, and the flag IORING_CQE_F_BUFFER


if __name__ == "__main__":
    main()
