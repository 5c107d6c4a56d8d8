# SPDX-License-Identifier: BSL-1.0
"""The class Case: one running torture case, with the functions that the cases use."""

import os
import random
import signal
import subprocess
import time

from proc import children_of, contents, field, fields, is_storm, listed, threads_of, tree_of

PR_SET_CHILD_SUBREAPER = 36
COUNTS = ("attaches", "detaches", "launches", "kills", "signals", "execs", "calls")


class Failed(Exception):
    """A case found a fault in cotrace."""


class Skipped(Exception):
    """A case cannot run here."""


def reap():
    """Reaps the dead children of the worker, the process that runs the case (see torture.py).

    The case itself waits for the children that it started, so they are not reaped here.
    """
    known = {each.pid for each in Case.current.started if each.returncode is None}
    for child in children_of(os.getpid()):
        if child not in known and field(child, "State") == "Z":
            try:
                os.waitpid(child, os.WNOHANG)
            except ChildProcessError:
                pass


def can_run(program):
    """Whether a program was built and the kernel can run it. Some kernels run no 32-bit programs."""
    if not os.path.exists(program):
        return False
    if not program.endswith("_32"):
        return True
    hello = os.path.join(os.path.dirname(program), "..", "guest", "hello_32")
    try:
        return subprocess.run([hello], stdout=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


class Case:
    """A running case, with the functions that the cases use: starting and killing processes, waiting, checking."""

    current = None

    def __init__(self, name, seed, options, folder):
        Case.current = self
        self.name, self.seed, self.folder = name, seed, folder
        self.random = random.Random(f"{name} {seed}")
        self.limit = 90.0 * options.slowness   # time limit of the case, in seconds; most cases take a few seconds
        self.deadline = time.monotonic() + self.limit
        self.scale = 1.0 / options.slowness
        self.cotrace = f"{options.build}/app/cotrace"
        storms = [f"{options.build}/test/torture/{name}" for name in ("storm", "storm", "storm", "storm_32")]
        self.storm = self.random.choice([each for each in storms if can_run(each)])
        self.library = f"{options.build}/test/torture/library"
        # An environment variable selects how the command waits for stops. The program `library` gets an argument instead.
        self.waiting = self.random.choice([{"COTRACE_WAITING": "signalfd"}, {}])
        self.started = []
        self.counts = dict.fromkeys(COUNTS, 0)
        self.cpus = field("self", "Cpus_allowed_list")

    def path(self, name):
        return os.path.join(self.folder, name)

    def moment(self):
        """A random number of seconds, at most 1/8. Times of each order of magnitude are about equally likely."""
        return self.random.uniform(0, 2 ** self.random.uniform(-12, -3))

    def start(self, words, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("env", {**os.environ, **self.waiting})
        self.out = open(self.path(f"out.{len(self.started)}"), "w+")
        self.err = open(self.path(f"err.{len(self.started)}"), "w+")
        process = subprocess.Popen([str(word) for word in words], stdout=self.out, stderr=self.err, cwd=self.folder, **options)
        process.words = words
        process.out, process.err = self.out.name, self.err.name
        self.started.append(process)
        return process

    def until(self, holds, what):
        pause = 0.0005
        while not holds():
            if time.monotonic() > self.deadline:
                raise Failed(f"not within {self.limit:.0f} s: {what}")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)
            reap()

    def finish(self, process):
        self.until(lambda: process.poll() is not None, f"the end of '{' '.join(map(str, process.words))}'")
        return process.returncode

    def outcome(self, process):
        """Waits for the end of a storm, or of the tracer of a storm. Returns its output and its exit status."""
        status = self.finish(process)
        return contents(process.out), status

    def storm_words(self, rounds, *modes):
        return [self.storm, self.seed, max(1, round(rounds * self.scale)), *modes]

    def untraced_outcome(self, words):
        """Runs the storm command `words` without a tracer. Returns its output and its exit status."""
        process = self.start(words)
        out, status = self.outcome(process)
        if not out.startswith("forks "):
            raise Failed(f"the untraced storm ended with {status} and printed {out!r}: {contents(process.err)}")
        self.sum_up(out)
        return out, status

    def sum_up(self, text):
        for line in text.splitlines():
            words = line.split()
            for name, number in zip(words, words[1:]):
                if name in self.counts and number.isdigit():
                    self.counts[name] += int(number)

    def expect(self, got, due, process):
        if got != due:
            raise Failed(f"'{' '.join(map(str, process.words))}': outcome {got}, not {due}; standard error:\n{contents(process.err)[-2000:]}")
        self.sum_up(got[0])

    def count_calls(self):
        for name in listed(self.folder):
            if name.startswith("trace"):
                with open(self.path(name), "rb") as file:
                    self.counts["calls"] += file.read().count(b"\n")

    def check_untraced(self):
        """Checks that no thread of the worker's descendants is traced, and that each has the CPU mask of the worker."""
        for thread in threads_of(tree_of(os.getpid())):
            tracer, state, cpus = fields(thread, "TracerPid", "State", "Cpus_allowed_list")
            if state in ("", "Z", "X"):
                continue
            if tracer != "0":
                raise Failed(f"thread {thread} is traced by {tracer}")
            if cpus != self.cpus:
                raise Failed(f"thread {thread} has the CPUs {cpus}, not {self.cpus}")

    def has_tracees(self, tracer):
        """Whether a thread of the process `tracer` traces a descendant of the worker. TracerPid of proc(5) is the id of the
        tracing thread, which differs from the process id if a tracer_pool is used."""
        tracing = {thread.rpartition("/")[2] for thread in threads_of([tracer.pid])}
        return any(field(thread, "TracerPid") in tracing for thread in threads_of(tree_of(os.getpid())))

    def check_nothing_left(self):
        self.until(lambda: not tree_of(os.getpid()), "the end of the processes that are left")

    def kill(self, process, number=signal.SIGKILL):
        try:
            os.kill(process, number)
        except ProcessLookupError:
            return
        self.counts["kills"] += number == signal.SIGKILL

    def kill_participants(self, seconds):
        """Kills randomly chosen processes of the storms with SIGKILL, at random moments."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(self.moment() / 4)
            reap()
            # Only processes of the storm are killed. The tracer and the processes that the case itself started are not.
            own = {each.pid for each in self.started}
            there = [each for each in tree_of(os.getpid()) if each not in own and is_storm(each)]
            if there:
                self.kill(self.random.choice(there))
