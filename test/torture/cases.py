# SPDX-License-Identifier: BSL-1.0
"""The torture cases: functions whose argument is a `Case`. The dictionary CASES maps their names to the functions."""

import ctypes
import os
import re
import signal
import subprocess
import time

from case import PR_SET_CHILD_SUBREAPER, Failed, Skipped, reap
from proc import children_of, contents, is_storm, tree_of

# For cases with a seccomp filter: the storm reads its CPU mask without a stop, and would see that a tracer has bound it
# (lib/doc/limits.md).
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
    """A command line of cotrace that attaches to the root, to one of its descendants, to both, or to the tree of the root.
    The other options are random."""
    one = case.random.choice([root] + [each for each in tree_of(root)])
    which = case.random.choice([["-f", "-p", root], ["-f", "-p", root], ["-p", root], ["-f", "-p", one], ["-p", one],
                                ["-f", f"--attach-tree={root}"], ["-f", "-p", f"{root},{one}"]])
    how = case.random.choice([[], [], ["-ff"], ["--format=json"], ["-e", "trace=%process"], ["--placement=always"], ["-y"],
                              ["-c"], ["-b", "execve"], ["--syscall-limit=50"]])
    if "-ff" in how:
        which = [word for word in which if word != "-f"]
    return [case.cotrace, *which, *how, "-o", case.path(f"trace.{len(case.started)}")]


ATTACH_MESSAGES = re.compile(r"(\S*cotrace: (Process \d+ (attached|detached)|cannot attach to \d+: |System call limit"
                              r"|attach .*: (already traced|No such process)).*\n)*")


def attach_and_end(case, signals, modes=()):
    """Until the storm ends, again and again: starts one or two cotrace commands that attach to it, and ends each by one of
    `signals`. If None is chosen, waits until the command ends by itself."""
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
            # If SIGKILL kills cotrace, threads that cotrace bound to a CPU stay bound. The storm may detect the binding and fail.
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
        # With --entries-only, calls fail with ENOSYS when the tracer has ended, even exit_group(2). A process may be in clone(2),
        # so the case kills until none is left.
        def none_is_left():
            left = tree_of(os.getpid())
            for each in left:
                case.kill(each)
            return not left
        case.until(none_is_left, "the end of the killed processes")


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
    case.kill_participants(case.random.uniform(0.05, 0.8))
    if case.random.random() < 0.5:
        for each in tree_of(os.getpid()):
            if is_storm(each):
                case.kill(each)
    case.finish(tracer)
    for each in case.started:
        case.finish(each)


def stalled_reader(case):
    """The reader of the trace stalls. Then a signal ends cotrace, or the reader goes on reading."""
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
                # A signal has no effect while an equal signal is pending, so the test sends it repeatedly.
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
    """A storm runs in a pid namespace, with or without its own /proc.

    cotrace runs outside of the namespace, or inside, or is the first process of the namespace.
    """
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
        case.kill_participants(case.random.uniform(0.05, 0.4))
        case.finish(process)
        return
    case.expect(case.outcome(process), due, process)


def reaper(case):
    """cotrace is a child subreaper, so orphans become its children, as in a container with cotrace as process 1.
    cotrace must reap them."""
    words = case.storm_words(8, "strays", "holds")
    read_end, write_end = os.pipe()
    due = case.untraced_outcome(words)   # standard input is empty here, so the storm's mode "holds" does not wait
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
        # Children that read standard input. The number of read(2) is 0 in 64-bit programs and 3 in 32-bit programs.
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
    read_end, write_end = os.pipe()
    storm = case.start(case.storm_words(20, "holds"), stdin=read_end)   # the root does not end before the pipe is closed
    os.close(read_end)
    process = case.start([case.library, "attach", case.random.choice(SIDES), case.seed, storm.pid])
    case.until(lambda: case.has_tracees(process) or process.poll() is not None, "the first attach")
    case.kill_participants(case.random.uniform(0.1, 1.0))
    os.close(write_end)
    finish_library(case, process)
    case.finish(storm)


def library_launch(case):
    """The library launches storms, with interceptors that delay calls and with readers of records that stall."""
    words = case.storm_words(6)
    out, status = case.untraced_outcome(words)
    process = case.start([case.library, "launch", case.random.choice(SIDES), case.seed, *words])
    for line in finish_library(case, process):
        said, _, ended = line.partition(" = ")
        if said + "\n" != out or ended not in ("?", str(status)):
            raise Failed(f"'{' '.join(map(str, process.words))}' printed {line!r}, not {out!r}, {status}: {contents(process.err)[-2000:]}")
        case.sum_up(said)


def library_kill(case):
    """The library kills the processes of launched storms. In half of the runs, the case kills single processes as well."""
    process = case.start([case.library, "kill", case.random.choice(SIDES), case.seed, *case.storm_words(10)])
    if case.random.random() < 0.5:
        case.kill_participants(case.random.uniform(0.05, 0.5))
    finish_library(case, process)


def finish_library(case, process):
    """Waits for the end of the program `library`, sums up the counts in its last line, and returns all other lines."""
    status = case.finish(process)
    lines = contents(process.out).splitlines()
    if status != 0 or not lines:
        raise Failed(f"'{' '.join(map(str, process.words))}' ended with {status}: {contents(process.err)[-4000:]}")
    case.sum_up(lines[-1])
    return lines[:-1]


CASES = {each.__name__: each for each in (
    launch, attach, kill_attached, end_launched, kill_participants, stalled_reader, namespace, reaper,
    library_attach, library_attach_and_kill, library_launch, library_kill)}
