#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares traces of the guest keeps_journal with the journals that the guest itself writes. Each of the guest's 20
threads writes every call that it makes, with the result, to its journal. In every format, the trace must have the same
calls, in the same order, with the same arguments and results."""

import collections
import errno
import json
import os
import re
import signal
import struct

from support import CommandTest, guest, main, wait_until

GUEST = guest("keeps_journal")
THREADS = 20
CALLS = 500 if "COTRACE_SHORT" in os.environ else 10000   # the number of calls that each thread makes
FIRST, LAST = 2000000000, 2000000001   # arguments of the getsid(2) calls that begin and end each journal
SOME = ("getsid", "lseek", "openat", "munmap", "nanosleep", "pread64")

Entry = collections.namedtuple("Entry", "number arguments result name text")

# `json` has the members beside the text in the JSON format. If `filled_by_call` is true, the kernel writes the memory that
# the argument points to, and the text at the entry ends before the argument.
Argument = collections.namedtuple("Argument", "text json filled_by_call", defaults=(False,))


def number(n):
    return Argument(str(n), {"value": n})


def descriptor(n):
    return Argument(str(n), {"value": n})


def address(n):
    return Argument(hex(n) if n else "NULL", {"address": hex(n)})


def string(text, filled_by_call=False):
    return Argument(f'"{text}"', {"string": text, "length": len(text)}, filled_by_call)


def constant(value, name):
    return Argument(name, {"value": value, "name": name})


def flags(value, *names):
    return Argument("|".join(names), {"value": value, "names": list(names)})


FILE_NOT_GIVEN = Argument("AT_FDCWD", {"value": -100, "name": "AT_FDCWD"})
SIGNAL_ZERO = Argument("0", {"value": 0})
NULL_TO_FILL = Argument("NULL", {"address": "0x0"}, True)
SEEK_SET = constant(0, "SEEK_SET")
PROTECTION = flags(3, "PROT_READ", "PROT_WRITE")
ANONYMOUS = flags(0x22, "MAP_PRIVATE", "MAP_ANONYMOUS")


def futex(a, _):
    wake = a[1] == 129
    operation = constant(a[1], "FUTEX_WAKE_PRIVATE" if wake else "FUTEX_WAIT_PRIVATE")
    return [address(a[0]), operation, number(a[2])] + ([] if wake else [address(a[3])])


def signal_mask(a, text):
    name = f"RT_{int(text) - 32}"
    return [constant(a[0], ("SIG_BLOCK", "SIG_UNBLOCK")[a[0]]), Argument(f"[{name}]", {"names": [f"SIG{name}"]}), NULL_TO_FILL, number(a[3])]


def sleep(a, text):
    return [Argument(f"{{tv_sec=0, tv_nsec={text}}}", {"fields": {"tv_sec": {"value": 0}, "tv_nsec": {"value": int(text)}}}), NULL_TO_FILL]


# For each call, a function that makes the printed arguments of the argument registers and the text in the journal.
ARGUMENTS = {
    "close": lambda a, text: [descriptor(a[0])],
    "dup": lambda a, text: [descriptor(a[0])],
    "fcntl": lambda a, text: [descriptor(a[0]), constant(a[1], "F_GETFD")],
    "futex": futex,
    "getpid": lambda a, text: [],
    "getppid": lambda a, text: [],
    "getsid": lambda a, text: [number(a[0])],
    "gettid": lambda a, text: [],
    "lseek": lambda a, text: [descriptor(a[0]), number(a[1]), SEEK_SET],
    "mmap": lambda a, text: [address(a[0]), number(a[1]), PROTECTION, ANONYMOUS, descriptor(a[4]), number(a[5])],
    "munmap": lambda a, text: [address(a[0]), number(a[1])],
    "nanosleep": sleep,
    "openat": lambda a, text: [FILE_NOT_GIVEN, string(text), flags(0, "O_RDONLY")],
    "pread64": lambda a, text: [descriptor(a[0]), string(text, True), number(a[2]), number(a[3])],
    "pwrite64": lambda a, text: [descriptor(a[0]), string(text), number(a[2]), number(a[3])],
    "read": lambda a, text: [descriptor(a[0]), string(text, True), number(a[2])],
    "rt_sigprocmask": signal_mask,
    "sched_yield": lambda a, text: [],
    "syscall_0x7000": lambda a, text: [address(n) for n in a],
    "tgkill": lambda a, text: [number(a[0]), number(a[1]), SIGNAL_ZERO],
}
RESULTS = {"dup": descriptor, "mmap": address, "fcntl": lambda n: Argument(str(n), {"value": n, "names": []})}


def call_text(entry):
    arguments = ", ".join(each.text for each in ARGUMENTS[entry.name](entry.arguments, entry.text))
    if entry.result < 0:
        result = f"-1 {errno.errorcode[-entry.result]} ({os.strerror(-entry.result)})"
    else:
        result = RESULTS.get(entry.name, number)(entry.result).text
    return f"{entry.name}({arguments}) = {result}"


def entry_text(entry):
    words = []
    for each in ARGUMENTS[entry.name](entry.arguments, entry.text):
        if each.filled_by_call:
            words.append("...")
            break
        words.append(each.text)
    return f"{entry.name}({', '.join(words)})"


def call_json(entry):
    arguments = [{"text": each.text, **each.json} for each in ARGUMENTS[entry.name](entry.arguments, entry.text)]
    if entry.name == "syscall_0x7000":   # in JSON, this call has registers in place of arguments
        arguments = [each["address"] for each in arguments]
    if entry.result < 0:
        name, text = errno.errorcode[-entry.result], os.strerror(-entry.result)
        return (entry.name, entry.number, arguments, {"text": f"-1 {name} ({text})", "value": -1},
                {"value": -entry.result, "name": name, "text": text})
    result = RESULTS.get(entry.name, number)(entry.result)
    return entry.name, entry.number, arguments, {"text": result.text, "value": entry.result, **result.json}, None


def calls_in_text(lines):
    """The calls of one thread, from its lines. If lines of other threads interrupted a line, joins its two parts. If
    the command attached during a call, the text of the call begins with "<...". If it detached during a call, the text
    ends with " <detached ...>"."""
    calls = []
    begun = None
    for line in lines:
        resumed = re.fullmatch(r"<\.\.\. (\w+) resumed>(.*)", line)
        if resumed:
            name, rest = resumed.groups()
            if begun is None and calls:
                raise AssertionError(f"the beginning is missing: {line}")
            if begun is not None and not begun.startswith(name + "("):
                raise AssertionError(f"{begun!r} is resumed by {line!r}")
            calls.append((f"<... {name} resumed>" if begun is None else begun) + rest)
            begun = None
            continue
        if begun is not None:
            raise AssertionError(f"{line!r} comes within {begun!r}")
        if line.endswith(" <unfinished ...>"):
            begun = line.removesuffix(" <unfinished ...>")
        elif not line.startswith("+++ "):
            calls.append(line)
    return calls if begun is None else calls + [begun + " <detached ...>"]


def lines_by_thread(text):
    found = collections.defaultdict(list)
    for line in text.splitlines():
        thread, rest = re.fullmatch(r"(\d+) +(.*)", line).groups()
        found[int(thread)].append(rest)
    return found


class Journal(CommandTest):
    def guest(self, calls=CALLS):
        return GUEST, self.path("journal"), THREADS, calls

    def journals(self):
        """The entries of each thread's journal, oldest first."""
        with open(self.path("journal"), "rb") as file:
            data = file.read()
        kept = {}
        for at in range(0, len(data), len(data) // THREADS):
            thread, made, capacity = struct.unpack_from("<3Q", data, at)
            entries = []
            for i in range(max(0, made - capacity), made):
                raw = struct.unpack_from("<Q6qq24s40s", data, at + 128 * (1 + i % capacity))
                name = raw[8].rstrip(b"\0").decode() or f"syscall_{raw[0]:#x}"
                entries.append(Entry(raw[0], raw[1:7], raw[7], name, raw[9].rstrip(b"\0").decode()))
            kept[thread] = entries
        self.assertEqual(len(kept), THREADS)
        return kept

    def run_guest(self, *options):
        status, out, err = self.trace(*options, *self.guest())
        self.assertEqual((status, out, err), (0, "kept\n", ""))
        kept = self.journals()
        self.assertGreaterEqual(sum(len(entries) for entries in kept.values()), THREADS * CALLS)
        return kept

    def assert_same(self, thread, wanted, seen):
        """Checks that two long lists are equal. With assertEqual, a failure would take minutes, because it compares the
        whole lists."""
        for i, (one, other) in enumerate(zip(wanted, seen)):
            if one != other:
                self.fail(f"thread {thread}, call {i}: made {wanted[i:i + 3]}, traced {seen[i:i + 3]}")
        self.assertEqual(len(wanted), len(seen), f"thread {thread}: made and traced calls")

    def assert_agrees(self, wanted, traced, first, last):
        """Checks that the traced calls of each thread, from the call `first` to the call `last`, are the calls in
        the journal of the thread."""
        self.assertLessEqual(set(wanted), set(traced))
        for thread, entries in wanted.items():
            seen = traced[thread]
            self.assertEqual((seen.count(first), seen.count(last)), (1, 1))
            self.assert_same(thread, entries, seen[seen.index(first):seen.index(last) + 1])


class Whole(Journal):
    def assert_text_agrees(self, kept, by_thread, text_of=call_text, chosen=None):
        wanted = {thread: [text_of(each) for each in entries if chosen is None or each.name in chosen]
                  for thread, entries in kept.items()}
        some = next(iter(wanted.values()))
        self.assert_agrees(wanted, {thread: calls_in_text(lines) for thread, lines in by_thread.items()}, some[0], some[-1])

    def test_text(self):
        kept = self.run_guest("-f", "-a", "1", "-o", "t")
        self.assert_text_agrees(kept, lines_by_thread(self.contents("t")))

    def test_text_of_calls_that_the_kernel_filters(self):
        kept = self.run_guest("-f", "-a", "1", "-o", "t", "-e", "trace=" + ",".join(SOME))
        self.assert_text_agrees(kept, lines_by_thread(self.contents("t")), chosen=SOME)

    def test_a_file_for_each_thread(self):
        kept = self.run_guest("-ff", "-a", "1", "-o", "t")
        self.assert_text_agrees(kept, {thread: self.contents(f"t.{thread}").splitlines() for thread in kept})

    def test_entries_only(self):
        kept = self.run_guest("--entries-only", "-o", "t")
        self.assert_text_agrees(kept, lines_by_thread(self.contents("t")), entry_text)

    def test_entries_only_of_some_calls(self):
        kept = self.run_guest("--entries-only", "-o", "t", "-e", "trace=" + ",".join(SOME))
        self.assert_text_agrees(kept, lines_by_thread(self.contents("t")), entry_text, SOME)

    def test_json(self):
        kept = self.run_guest("-f", "--format=json", "-o", "t")
        traced = collections.defaultdict(list)
        with open(self.path("t")) as file:
            for line in map(json.loads, file):
                if line["event"] == "syscall_exited":
                    arguments = line["arguments"].values() if "arguments" in line else line["registers"]
                    traced[line["tid"]].append(
                        (line["name"], line["number"], list(arguments), line["return"], line.get("error")))
        wanted = {thread: [call_json(each) for each in entries] for thread, entries in kept.items()}
        some = next(iter(wanted.values()))
        self.assert_agrees(wanted, traced, some[0], some[-1])

    def test_json_with_entries(self):
        kept = self.run_guest("-f", "--format=json,entries", "-o", "t")
        traced = collections.defaultdict(list)
        with open(self.path("t")) as file:
            for line in map(json.loads, file):
                if line["event"].startswith("syscall_"):
                    traced[line["tid"]].append((line["event"], line["number"]))
        for thread, entries in kept.items():
            wanted = [(event, each.number) for each in entries for event in ("syscall_entered", "syscall_exited")]
            at = traced[thread].index(wanted[0])
            self.assert_same(thread, wanted, traced[thread][at:at + len(wanted)])

    def test_uroot(self):
        """Does not compare the arguments that the uroot format prints by name."""
        kept = self.run_guest("-f", "--format=uroot", "-o", "t")
        by_thread = collections.defaultdict(list)
        for line in self.contents("t").splitlines():
            if match := re.fullmatch(r"\[pid (\d+)\] ([EX]) (\w+)\((.*?)\)(?: = (.*) \([0-9.]+(?:ns|µs|ms|s)\))?", line):
                thread, kind, name, arguments, result = match.groups()
                by_thread[int(thread)].append((kind, name, arguments.split(", ") if arguments else [], result))
        for thread, entries in kept.items():
            lines = by_thread[thread]
            at = next(i for i, line in enumerate(lines) if line[1:3] == ("getsid", [hex(FIRST)]))
            self.assertEqual(lines[at + 2 * len(entries) - 1][1:3], ("getsid", [hex(LAST)]))
            for i, entry in enumerate(entries):
                if entry.name == "syscall_0x7000":
                    entry = entry._replace(name=str(entry.number))
                self.assert_uroot_agrees(entry, *lines[at + 2 * i:at + 2 * i + 2])

    def assert_uroot_agrees(self, entry, entered, left):
        self.assertEqual((entered[:2], left[:2]), (("E", entry.name), ("X", entry.name)))
        for words in (entered[2], left[2]):
            for word, value in zip(words, entry.arguments):
                if word.startswith("0x"):
                    self.assertEqual(int(word.split()[0], 16), value % 2**64, (entry, words))
        result = f"({-entry.result:#x})" if entry.result < 0 else hex(entry.result)
        self.assertEqual(left[3].split(" ")[-1], result, (entry, left))


class Part(Journal):
    """The command attaches or detaches while the threads make calls. The trace has all calls between the first and the
    last traced call of each thread."""

    # The calls after the end of standard input. Their lines do not fit in the pipe and the queue of records, so the guest
    # cannot end before the detach.
    CALLS = max(CALLS, 2000)

    def begin(self, out):
        subject = self.start(*self.guest(-self.CALLS), stdin=-1)
        self.assertEqual(subject.stdout.readline(), "ready\n")
        return subject, self.cotrace("-f", "-a", "1", "-o", out, "-p", subject.pid)

    def assert_part(self, entries, thread, seen, to_the_end):
        wanted = [call_text(each) for each in entries]
        middle = seen[1:-1]   # the first and the last call may be incomplete
        if to_the_end:
            seen = seen[:seen.index(wanted[-1]) + 1]
            start = len(wanted) - len(seen)
            self.assertGreaterEqual(len(seen), self.CALLS)
        else:
            start = next((i for i in range(len(wanted)) if wanted[i + 1:i + 1 + len(middle)] == middle), None)
            self.assertTrue(middle)
            self.assertIsNotNone(start, f"thread {thread}: nowhere in a row: {seen[:3]} to {seen[-3:]}")
        if start < 0:   # the first entries of the journal were overwritten, so the journal begins later than the trace
            seen, start = seen[-start:], 0
        self.assert_same(thread, wanted[start + 1:start + len(seen) - 1], seen[1:-1])
        self.assert_first(wanted[start], seen[0])
        self.assert_last(wanted[start + len(seen) - 1], seen[-1])

    def assert_first(self, wanted, seen):
        if resumed := re.fullmatch(r"<\.\.\. (\w+) resumed>(.*)", seen):
            self.assertTrue(wanted.startswith(resumed[1] + "(") and wanted.endswith(resumed[2]), (wanted, seen))
        elif seen.startswith("restart_syscall("):   # this call continues a nanosleep(2) that the attach interrupted
            self.assertTrue(wanted.startswith("nanosleep(") and seen.endswith(") = 0"), (wanted, seen))
        else:
            self.assertEqual(wanted, seen)

    def assert_last(self, wanted, seen):
        if seen.endswith(" <detached ...>"):
            self.assertTrue(wanted.startswith(seen.removesuffix(" <detached ...>")), (wanted, seen))
        else:
            self.assertEqual(wanted, seen)

    def traced_threads(self):
        """The threads that have a complete line in the trace so far; none before the command has created the file."""
        try:
            whole, _, _ = self.contents("t").rpartition("\n")
        except FileNotFoundError:
            return set()
        return {int(line.split()[0]) for line in whole.splitlines()}

    def test_attached(self):
        subject, tracer = self.begin("t")
        threads = set(self.journals())
        self.assertTrue(wait_until(lambda: threads <= self.traced_threads()))
        subject.stdin.close()
        self.assertEqual((subject.stdout.read(), subject.wait()), ("kept\n", 0))
        self.assertEqual(self.finish(tracer)[0], 0)
        traced = lines_by_thread(self.contents("t"))
        for thread, entries in self.journals().items():
            self.assert_part(entries, thread, calls_in_text(traced[thread]), True)

    def test_attached_and_detached(self):
        os.mkfifo(self.path("t"))
        subject, tracer = self.begin("t")
        threads = set(self.journals())
        lines = []
        with open(self.path("t")) as pipe:
            for line in pipe:
                lines.append(line)
                threads.discard(int(line.split()[0]))
                if not threads:
                    break
            subject.stdin.close()
            told_at = len(lines)
            for line in pipe:
                lines.append(line)
                if len(lines) == told_at + THREADS * self.CALLS // 10:
                    tracer.send_signal(signal.SIGINT)
        _, _, err = self.finish(tracer)
        self.assertEqual(err.count("detached"), THREADS + 1, err)
        self.assertEqual((subject.stdout.read(), subject.wait()), ("kept\n", 0))
        traced = lines_by_thread("".join(lines))
        for thread, entries in self.journals().items():
            self.assert_part(entries, thread, calls_in_text(traced[thread]), False)


if __name__ == "__main__":
    main()
