#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs the torture cases: programs that make many processes, threads and signals ("storms"), traced by the command or
by the library.

The seed decides which case runs, unless --case names one. It also decides all random choices of the case. The traced
program (storm.c, "the storm") also derives its random choices from the seed, and checks itself. Under a tracer, it must
print the line that it prints without a tracer, and end with the exit status that it has without a tracer. The cases of
the library run in a separate program (library.cpp). The cases of the command run in this program.

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
import shutil
import signal
import sys
import tempfile
import time
import traceback

from case import COUNTS, PR_SET_CHILD_SUBREAPER, Case, Failed, Skipped
from cases import CASES
from proc import describe, tree_of


def clean_up():
    """Kills the processes that the case left, each by its id."""
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
    """Yields pairs of a seed and the name of its case: endlessly, or only one pair with --seed."""
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
