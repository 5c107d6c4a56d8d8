# SPDX-License-Identifier: BSL-1.0
"""Runs programs one at a time, and measures their time and memory."""

import contextlib
import dataclasses
import itertools
import os
import select
import signal
import statistics
import subprocess
import time

LIMIT = 900        # a program that takes more than this many seconds is assumed to hang
# The pauses between readings of the memory peak of a program, in milliseconds. The last of them is then repeated.
SAMPLING = (1, 2, 4, 8, 16)


class Broken(Exception):
    """A measured program failed."""


@dataclasses.dataclass(frozen=True)
class Run:
    """A command to measure."""

    command: tuple[str, ...]
    repeat: int = 1             # number of runs in one measurement; the times are divided by this number
    says_time: bool = False     # the command prints the time to use, in nanoseconds, instead of the measured time


@dataclasses.dataclass(frozen=True)
class Measured:
    seconds: float
    cpu: float          # seconds of CPU time of the program and of the children that it waited for
    memory: float       # the greatest resident set of the first process (the tracer, if there is one), in MB


def peak_of(process):
    """The greatest resident set that a process has had, in KB (VmHWM of proc(5)), or 0 if the process has ended.

    The maximum that wait4(2) reports is not used, because it would include the tracees,
    and also the memory of this program that the process had before its execve(2).
    """
    try:
        with open(f"/proc/{process}/status", encoding="ascii", errors="replace") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


def end_of(process, limit):
    """Waits until the process has ended; returns its greatest resident set in KB."""
    peak = 0
    until = time.monotonic() + limit
    handle = os.pidfd_open(process)
    try:
        ended = select.poll()
        ended.register(handle, select.POLLIN)
        for pause in itertools.chain(SAMPLING, itertools.repeat(SAMPLING[-1])):
            if ended.poll(pause):
                return peak
            peak = max(peak, peak_of(process))
            if time.monotonic() > until:
                raise Broken(f"did not end within {limit} seconds")
    except BaseException:   # this includes KeyboardInterrupt: ^C does not reach the program, which has its own process group
        os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)
        raise
    finally:
        os.close(handle)


def once(command, folder):
    """Runs the command once; its output goes to files in `folder`."""
    said, complaints = f"{folder}/stdout", f"{folder}/stderr"
    create = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, said, create, 0o600),
             (os.POSIX_SPAWN_OPEN, 2, complaints, create, 0o600)]
    begin = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=files, setpgroup=0)
    peak = end_of(process, LIMIT)
    seconds = time.perf_counter() - begin
    _, status, used = os.wait4(process, 0)
    if status != 0:
        with open(complaints, encoding="utf-8", errors="replace") as file:
            last = file.read().strip().rpartition("\n")[2]
        raise Broken(f"ended with {os.waitstatus_to_exitcode(status)}: {' '.join(command)}: {last}")
    with open(complaints, "rb") as file:
        if b"records were lost" in file.read():
            raise Broken(f"lost records: {' '.join(command)}")
    return Measured(seconds, used.ru_utime + used.ru_stime, peak / 1024)


def measure(run, folder):
    runs = [once(run.command, folder) for _ in range(run.repeat)]
    seconds = sum(each.seconds for each in runs) / run.repeat
    if run.says_time:
        with open(f"{folder}/stdout", encoding="ascii") as file:
            seconds = int(file.read()) / 1e9
    return Measured(seconds, sum(each.cpu for each in runs) / run.repeat, max(each.memory for each in runs))


@contextlib.contextmanager
def busy_machine(is_wanted):
    """Runs one busy process for each CPU during the `with` block if `is_wanted` is true."""
    others = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(os.cpu_count() if is_wanted else 0)]
    try:
        yield
    finally:
        for each in others:
            each.kill()
            each.wait()


class Spread:
    """The median of some values, with the least and the greatest."""

    def __init__(self, values):
        self.values = list(values)
        self.median = statistics.median(self.values)
        self.least, self.greatest = min(self.values), max(self.values)

    @staticmethod
    def of_ratios(upper, lower):
        """The ratios of the values of two programs. The two values of a ratio come from the same run."""
        return Spread(a / b if b > 0 else float("nan") for a, b in zip(upper, lower))

    def format(self, digits):
        return f"{self.median:.{digits}f} ({self.least:.{digits}f}-{self.greatest:.{digits}f})"
