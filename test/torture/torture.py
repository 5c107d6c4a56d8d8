#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The torture cases: storms of processes, threads and signals under the command and under the library.

The seed decides which case runs, unless --case names one, and all random choices of the case. The traced program (storm.c)
draws its plan from the seed too and checks itself. It must print the line and end with the status that it has without a
tracer. The cases of the library run in a separate program (library.cpp). The cases of the command run in this program.

Each case runs in a separate process, the worker. The worker is a child subreaper, so that all processes that the case
starts stay descendants of the worker. When the case has ended, the worker must have no descendant, not even a zombie. A
case that has not ended at its deadline has failed: the states of its threads are printed, and its processes are killed.

usage: torture.py BUILD [--seconds N] [--seed S] [--from S] [--case NAME] [--jobs N] [--slowness N] [--verbose]
"""

import argparse
import ctypes
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

PR_SET_CHILD_SUBREAPER = 36
COUNTS = ("attaches", "detaches", "launches", "kills", "signals", "execs", "calls")


class Failed(Exception):
    """A case found a fault."""


class Skipped(Exception):
    """A case cannot run here."""


# --- reading /proc ---------------------------------------------------------------------------------

def contents(path):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def fields(process, *names):
    """Fields of /proc/PID/status, from one read of the file; empty if there is no such process."""
    text = contents(f"/proc/{process}/status")
    found = [re.search(rf"^{name}:\s*(\S+)", text, re.M) for name in names]
    return [each.group(1) if each else "" for each in found]


def field(process, name):
    return fields(process, name)[0]


def listed(path):
    try:
        return os.listdir(path)
    except OSError:
        return []


def children_of(process):
    return [int(word) for thread in listed(f"/proc/{process}/task")
            for word in contents(f"/proc/{process}/task/{thread}/children").split()]


def tree_of(process):
    """All descendants of a process, without the process itself."""
    found = children_of(process)
    for each in found:
        found += children_of(each)
    return found


def is_storm(process):
    return contents(f"/proc/{process}/comm").startswith("storm")


def threads_of(processes):
    return [f"{process}/task/{thread}" for process in processes for thread in listed(f"/proc/{process}/task")]


def describe(processes):
    """The state of each thread, for the report of a failure."""
    lines = []
    for thread in threads_of(processes):
        names = ("Name", "State", "PPid", "TracerPid", "Cpus_allowed_list", "SigPnd", "ShdPnd")
        status = dict(zip(names, fields(thread, *names)))
        if status["State"]:
            lines.append(f"  {thread}: " + " ".join(f"{name} {value}" for name, value in status.items())
                         + f" wchan {contents(f'/proc/{thread}/wchan')} syscall {contents(f'/proc/{thread}/syscall').strip()}")
            stack = contents(f"/proc/{thread}/stack").split("\n")
            lines += [f"      {each}" for each in stack[:6] if each]
    return "\n".join(lines[:60])


def reap():
    """Reaps the dead children of the worker, except those that the case started and waits for by id."""
    known = {each.pid for each in Case.current.started if each.returncode is None}
    for child in children_of(os.getpid()):
        if child not in known and field(child, "State") == "Z":
            try:
                os.waitpid(child, os.WNOHANG)
            except ChildProcessError:
                pass


# --- a case ----------------------------------------------------------------------------------------

class Case:
    """A running case, with the functions that the cases use: starting and killing processes, waiting, checking."""

    current = None

    def __init__(self, name, seed, options, folder):
        Case.current = self
        self.name, self.seed, self.folder = name, seed, folder
        self.random = random.Random(f"{name} {seed}")
        self.limit = 90.0 * options.slowness   # a case takes a few seconds, but a machine may be busy
        self.deadline = time.monotonic() + self.limit
        self.scale = 1.0 / options.slowness
        self.cotrace = f"{options.build}/app/cotrace"
        storms = [f"{options.build}/test/torture/{name}" for name in ("storm", "storm", "storm", "storm_32")]
        self.storm = self.random.choice([each for each in storms if os.path.exists(each)])
        self.library = f"{options.build}/test/torture/library"
        self.started = []
        self.counts = dict.fromkeys(COUNTS, 0)
        self.cpus = field("self", "Cpus_allowed_list")

    def path(self, name):
        return os.path.join(self.folder, name)

    def moment(self):
        """A random number of seconds; short times are as likely as long ones."""
        return self.random.uniform(0, 2 ** self.random.uniform(-12, -3))

    def start(self, words, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
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
        """The output and the exit status of a storm, or of a tracer of a storm."""
        status = self.finish(process)
        return contents(process.out), status

    def storm_words(self, rounds, *modes):
        return [self.storm, self.seed, max(1, round(rounds * self.scale)), *modes]

    def untraced_outcome(self, words):
        """The output and the exit status of the command without a tracer."""
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
        """Checks that no thread below the worker is traced, and that each has the CPU mask of the worker."""
        for thread in threads_of(tree_of(os.getpid())):
            tracer, state, cpus = fields(thread, "TracerPid", "State", "Cpus_allowed_list")
            if state in ("", "Z", "X"):
                continue
            if tracer != "0":
                raise Failed(f"thread {thread} is traced by {tracer}")
            if cpus != self.cpus:
                raise Failed(f"thread {thread} has the CPUs {cpus}, not {self.cpus}")

    def has_tracees(self, tracer):
        return any(field(thread, "TracerPid") == str(tracer.pid) for thread in threads_of(tree_of(os.getpid())))

    def check_nothing_left(self):
        self.until(lambda: not tree_of(os.getpid()), "the end of the processes that are left")

    def kill(self, process, number=signal.SIGKILL):
        try:
            os.kill(process, number)
        except ProcessLookupError:
            return
        self.counts["kills"] += number == signal.SIGKILL

    def kill_participants(self, root, seconds):
        """Kills randomly chosen processes of the storms with SIGKILL, at random moments. `root` is not used."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(self.moment() / 4)
            reap()
            # Only processes of the storm; not the tracer, and not the processes that the case itself started.
            own = {each.pid for each in self.started}
            there = [each for each in tree_of(os.getpid()) if each not in own and is_storm(each)]
            if there:
                self.kill(self.random.choice(there))


# --- the cases -------------------------------------------------------------------------------------

# If the kernel filters the calls, a storm that reads its CPU mask in proc(5) does not stop there, and would see the CPU that
# it was moved to. See lib/doc/limits.md.
FILTERED = ["-f", "--placement=off"]

LAUNCH_OPTIONS = [
    ["-f"], ["-f"], ["-ff"], ["-f", "--format=json"], [*FILTERED, "-e", "trace=%process"], [*FILTERED, "-e", "trace=openat,kill"],
    ["-f", "--placement=always"], ["-f", "--placement=off"], ["-f", "-y", "-tt", "-T"], ["-f", "-c"], ["-f", "-b", "execve"],
    [], ["-f", "-e", "inject=clone,clone3,wait4,kill:delay_enter=300:delay_exit=200"], ["-f", "-P", "/etc/passwd"],
    ["--entries-only"], ["--entries-only", "-e", "trace=%process"], [*FILTERED, "-e", "trace=none", "-e", "signal=none"],
    ["-D", "-f"], ["-f", "-b", "execve", "-e", "trace=openat"],
]


def launch(case):
    """The command launches a storm, with randomly chosen options."""
    words = case.storm_words(8)
    due = case.untraced_outcome(words)
    options = case.random.choice(LAUNCH_OPTIONS)
    process = case.start([case.cotrace, *options, "-o", case.path("trace"), *words])
    got = case.outcome(process)
    case.expect(got, due, process)
    if contents(process.err):
        raise Failed(f"standard error of '{' '.join(map(str, process.words))}': {contents(process.err)[-2000:]}")
    case.counts["launches"] += 1


def attach_words(case, root):
    """A command line of cotrace that attaches to the root or to one of its descendants, with randomly chosen options."""
    one = case.random.choice([root] + [each for each in tree_of(root)])
    which = case.random.choice([["-f", "-p", root], ["-f", "-p", root], ["-p", root], ["-f", "-p", one], ["-p", one],
                                ["-f", f"--attach-tree={root}"], ["-f", "-p", f"{root},{one}"]])
    how = case.random.choice([[], [], ["-ff"], ["--format=json"], ["-e", "trace=%process"], ["--placement=always"], ["-y"],
                              ["-c"], ["-b", "execve"], ["--syscall-limit=50"]])
    if "-ff" in how:
        which = [word for word in which if word != "-f"]
    return [case.cotrace, *which, *how, "-o", case.path(f"trace.{len(case.started)}")]


ATTACH_MESSAGES = re.compile(r"(cotrace: (Process \d+ (attached|detached)|cannot attach to \d+: |System call limit"
                              r"|attach .*: (already traced|No such process)).*\n)*")


def attach_and_end(case, signals, modes=()):
    """cotrace attaches to a running storm and is ended by a signal; repeated until the storm ends."""
    words = case.storm_words(10, *modes)
    due = case.untraced_outcome(words)
    storm = case.start(words)
    while storm.poll() is None and time.monotonic() < case.deadline:
        tracers = [case.start(attach_words(case, storm.pid)) for _ in range(case.random.choice([1, 1, 2]))]
        time.sleep(0.003 + case.moment())
        placed = False
        for process in tracers:
            number = case.random.choice(signals)
            if number and process.poll() is None:
                case.kill(process.pid, number)
                placed |= number == signal.SIGKILL and "--placement=always" in process.words
        for process in tracers:
            status = case.finish(process)
            said = contents(process.err)
            if status not in (0, 1, *(-each for each in signals if each)) or not ATTACH_MESSAGES.fullmatch(said):
                raise Failed(f"'{' '.join(map(str, process.words))}' ended with {status}: {said[-1000:]}")
            case.counts["attaches"] += status != 1
            case.counts["detaches"] += status not in (1, -signal.SIGKILL)
        reap()
        if placed:
            # After SIGKILL, the CPU masks of moved threads are not restored, which is documented. The storm detects that
            # and fails, so its outcome is not checked.
            case.finish(storm)
            return
        case.check_untraced()
    case.expect(case.outcome(storm), due, storm)


def attach(case):
    attach_and_end(case, [signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, None])


def kill_attached(case):
    attach_and_end(case, [signal.SIGKILL, signal.SIGKILL, signal.SIGKILL, signal.SIGINT], ["lossy"])


def end_launched(case):
    """A signal ends the command that launched the storm. The processes of the storm must not be left in a stop."""
    words = case.storm_words(12)
    options = case.random.choice(LAUNCH_OPTIONS)
    number = case.random.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
    process = case.start([case.cotrace, *options, "-o", case.path("trace"), *words])
    time.sleep(case.moment() * 2)
    case.kill(process.pid, number)
    case.finish(process)
    case.counts["launches"] += 1
    if number == signal.SIGKILL and "--entries-only" in options:
        # All filtered calls of the remaining processes fail with ENOSYS, exit_group(2) too, so they must be killed.
        for each in tree_of(os.getpid()):
            case.kill(each)


def kill_participants(case):
    """Kills processes of the storm with SIGKILL while they are traced."""
    words = case.storm_words(12)
    if case.random.random() < 0.5:
        options = case.random.choice(LAUNCH_OPTIONS)
        tracer = case.start([case.cotrace, *options, "-o", case.path("trace"), *words])
        case.counts["launches"] += 1
    else:
        storm = case.start(words)
        tracer = case.start(attach_words(case, storm.pid))
        case.counts["attaches"] += 1
    case.kill_participants(tracer.pid, case.random.uniform(0.05, 0.8))
    if case.random.random() < 0.5:
        for each in tree_of(os.getpid()):
            if is_storm(each):
                case.kill(each)
    case.finish(tracer)
    for each in case.started:
        case.finish(each)


def stalled_reader(case):
    """The reader of the trace stalls; then the tracer is ended, or the reader reads on."""
    words = case.storm_words(12, "lossy")
    due = case.untraced_outcome(words)
    fifo = case.path("fifo")
    os.mkfifo(fifo)
    end = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    attached = case.random.random() < 0.6
    if attached:
        storm = case.start(words)
        process = case.start([case.cotrace, "-f", "-p", storm.pid, "-o", fifo])
        case.counts["attaches"] += 1
        case.counts["detaches"] += 1
    else:
        storm = process = case.start([case.cotrace, "-f", "-o", fifo, *words])
        case.counts["launches"] += 1
    is_ended = attached and case.random.random() < 0.5
    stalls_until = time.monotonic() + case.random.uniform(0.05, 0.6)
    while time.monotonic() < stalls_until and process.poll() is None:
        time.sleep(case.moment() / 2)
        if case.random.random() < 0.4:
            read_some(case, end)
    if is_ended:
        case.kill(process.pid, case.random.choice([signal.SIGINT, signal.SIGTERM]))
        case.until(lambda: not case.has_tracees(process), "no tracees of cotrace, while the trace is not read")
        if case.random.random() < 0.5:
            def ended_by_signal():
                # A second signal ends cotrace, whether the trace was read completely or not. The signal is sent repeatedly,
                # because equal pending signals are merged.
                case.kill(process.pid, signal.SIGINT)
                return process.poll() is not None
            case.until(ended_by_signal, "the end of cotrace after another signal")
    if process.poll() is None:
        def ended():
            read_some(case, end)
            return process.poll() is not None
        case.until(ended, "the end of cotrace while its trace is read")
    if is_ended:
        case.check_untraced()
    os.close(end)
    case.expect(case.outcome(storm), due, storm)


def read_some(case, fd):
    try:
        case.counts["calls"] += os.read(fd, case.random.choice([1, 4096, 65536])).count(b"\n")
    except BlockingIOError:
        pass


def namespace(case):
    """A pid namespace with or without its own /proc; cotrace is outside or inside, or is its first process."""
    if os.geteuid() != 0 or subprocess.run(["unshare", "-pf", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        raise Skipped("pid namespaces are not permitted here")
    unshare = case.random.choice([["unshare", "-pf", "--mount-proc"], ["unshare", "-pf"]])
    traced = [case.cotrace, *case.random.choice([["-f"], ["-ff"], [], [*FILTERED, "-e", "trace=%process"], ["--entries-only"]]),
              "-o", case.path("trace")]
    words = case.storm_words(6, *case.random.choice([[], ["strays"]]))
    due = case.untraced_outcome(words)
    process = case.start(case.random.choice([
        [*unshare, *traced, *words],
        [*unshare, "sh", "-c", '"$@"; exit $?', "sh", *traced, *words],
        [*traced, *unshare, *words],
    ]))
    case.counts["launches"] += 1
    if case.random.random() < 0.25:
        case.kill_participants(process.pid, case.random.uniform(0.05, 0.4))
        case.finish(process)
        return
    case.expect(case.outcome(process), due, process)


def reaper(case):
    """cotrace is a child subreaper, as the first process of a container is, and reaps the orphans that it gets."""
    words = case.storm_words(8, "strays", "holds")
    read_end, write_end = os.pipe()
    due = case.untraced_outcome(words)   # standard input is empty, so mode "holds" ends at once
    libc = ctypes.CDLL(None)
    options = case.random.choice([["-f"], ["-f"], [], ["-ff"], [*FILTERED, "-e", "trace=openat"], ["--entries-only"], ["-f", "-b", "execve"]])
    process = case.start([case.cotrace, *options, "-o", case.path("trace"), *words], stdin=read_end,
                         preexec_fn=lambda: libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
    os.close(read_end)
    case.counts["launches"] += 1

    def waits():
        below = children_of(process.pid)
        if process.poll() is not None:
            return True
        # read(2) of standard input, by its 64-bit or its 32-bit number
        roots = [each for each in below if contents(f"/proc/{each}/syscall").startswith(("0 0x0 ", "3 0x0 "))]
        return len(below) == 1 and roots == below
    case.until(waits, "no dead children of cotrace while the root waits")
    os.close(write_end)
    case.expect(case.outcome(process), due, process)


SIDES = ["signalfd", "io_uring", "signalfd-pool", "io_uring-pool"]


def library_attach(case):
    """The library attaches and detaches, at random moments, hundreds of times in one process."""
    words = case.storm_words(40)
    due = case.untraced_outcome(words)
    storm = case.start(words)
    process = case.start([case.library, "attach", case.random.choice(SIDES), case.seed, storm.pid])
    finish_library(case, process)
    case.expect(case.outcome(storm), due, storm)


def library_attach_and_kill(case):
    """The library attaches and detaches at random moments while processes of the storm are killed with SIGKILL."""
    storm = case.start(case.storm_words(20))
    process = case.start([case.library, "attach", case.random.choice(SIDES), case.seed, storm.pid])
    case.kill_participants(process.pid, case.random.uniform(0.1, 1.0))
    finish_library(case, process)
    case.finish(storm)


def library_launch(case):
    """The library launches storms; interceptors delay and readers stall."""
    words = case.storm_words(6)
    out, status = case.untraced_outcome(words)
    process = case.start([case.library, "launch", case.random.choice(SIDES), case.seed, *words])
    for line in finish_library(case, process):
        said, _, ended = line.partition(" = ")
        if said + "\n" != out or ended not in ("?", str(status)):
            raise Failed(f"'{' '.join(map(str, process.words))}' printed {line!r}, not {out!r}, {status}: {contents(process.err)[-2000:]}")
        case.sum_up(said)


def library_kill(case):
    """The library kills the sessions of launched storms; half of the cases also kill single processes with SIGKILL."""
    process = case.start([case.library, "kill", case.random.choice(SIDES), case.seed, *case.storm_words(10)])
    if case.random.random() < 0.5:
        case.kill_participants(process.pid, case.random.uniform(0.05, 0.5))
    finish_library(case, process)


def finish_library(case, process):
    """Waits for the library's program, adds up the counts in its last line, and returns the lines before that."""
    status = case.finish(process)
    lines = contents(process.out).splitlines()
    if status != 0 or not lines:
        raise Failed(f"'{' '.join(map(str, process.words))}' ended with {status}: {contents(process.err)[-4000:]}")
    case.sum_up(lines[-1])
    return lines[:-1]


CASES = {each.__name__: each for each in (
    launch, attach, kill_attached, end_launched, kill_participants, stalled_reader, namespace, reaper,
    library_attach, library_attach_and_kill, library_launch, library_kill)}


# --- running them ----------------------------------------------------------------------------------

def clean_up():
    """Kills the processes that the case left, by id."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        left = tree_of(os.getpid())
        if not left:
            return
        for each in left:
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG | 0x40000000)[0]:
                pass
        except ChildProcessError:
            pass
        time.sleep(0.02)


def work(name, seed, options):
    """Runs one case in this process; returns its report."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    folder = tempfile.mkdtemp(prefix="cotrace-torture.")
    case = Case(name, seed, options, folder)
    result = "passed"
    report = ""
    try:
        CASES[name](case)
        case.check_nothing_left()
        case.count_calls()
    except Skipped as why:
        result, report = "skipped", str(why)
    except Failed as found:
        result = "failed"
        report = f"{found}\n{describe(tree_of(os.getpid()))}"
    except Exception:
        result, report = "failed", traceback.format_exc()
    clean_up()
    shutil.rmtree(folder, ignore_errors=True)
    return {"result": result, "report": report, "counts": case.counts}


class Worker:
    """A process that runs one case and writes its report into a pipe."""

    def __init__(self, name, seed, options):
        self.name, self.seed = name, seed
        self.began = time.monotonic()
        self.reports, report = os.pipe()
        sys.stdout.flush()
        self.process = os.fork()
        if self.process == 0:
            os.close(self.reports)
            with os.fdopen(report, "w") as out:
                json.dump(work(name, seed, options), out)
            os._exit(0)
        os.close(report)

    def has_ended(self):
        return os.waitid(os.P_PID, self.process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def finish(self):
        with os.fdopen(self.reports) as reports:
            text = reports.read()
        os.waitpid(self.process, 0)
        return json.loads(text) if text else {"result": "failed", "report": "the worker ended without a report", "counts": {}}


def seeds_of(options):
    """The seeds to run, and their cases: an endless sequence, or one element with --seed."""
    seed = options.seed if options.seed is not None else options.first
    while True:
        yield seed, options.case or random.Random(seed).choice(list(CASES))
        if options.seed is not None:
            return
        seed += 1


def run(options):
    totals = dict.fromkeys(("passed", "failed", "skipped"), 0)
    counts = dict.fromkeys(COUNTS, 0)
    end = time.monotonic() + options.seconds
    running, todo = [], seeds_of(options)
    while True:
        while len(running) < options.jobs and todo is not None and (time.monotonic() < end or options.seed is not None):
            following = next(todo, None)
            if following is None:
                todo = None
            else:
                running.append(Worker(following[1], following[0], options))
        if not running:
            break
        done = [each for each in running if each.has_ended()]
        for each in done:
            running.remove(each)
            report = each.finish()
            totals[report["result"]] += 1
            for name, number in report["counts"].items():
                counts[name] += number
            if report["result"] == "failed" or options.verbose:
                print(f"{report['result']}: --case {each.name} --seed {each.seed} ({time.monotonic() - each.began:.1f} s) {report['report']}", flush=True)
        if not done:
            time.sleep(0.005)
    print(" ".join(f"{name} {number}" for name, number in counts.items()))
    print(f"{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped")
    return 1 if totals["failed"] else 0


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("build")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, help="run only the case of this seed")
    parser.add_argument("--from", dest="first", type=int, help="run this seed and the following ones")
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--slowness", type=float, default=1.0, help="how much slower the build is: time limits are longer, and storms shorter")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    options.build = os.path.realpath(options.build)
    if options.first is None:
        options.first = random.SystemRandom().randrange(1_000_000_000)
    if options.seed is None:
        print(f"seeds from {options.first}", flush=True)
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
