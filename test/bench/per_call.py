#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Measures the cost that tracing adds to one system call, under cotrace and under strace.

usage: per_call.py COTRACE GUEST [--short] [--rounds N] [--calls N] [--kinds a,b]

GUEST makes calls of one kind; see repeats_calls.c. All programs run on one CPU,
so that the cost does not include wake-ups on other CPUs, but only the work at a
stop, capture and rendering. Each round measures each tracer once. A column shows
the CPU time that a tracer adds to a call, for guest and tracer together, in
microseconds: the median of the rounds. The last column is the ratio of cotrace to
strace in the same round: the median, and in parentheses the least and the greatest
ratio. A second table shows by how much the cost of each call exceeds that of
getpid, which has nothing to capture and little to print.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys

KINDS = ["getpid", "read32", "read4096", "openat", "newfstatat", "mmap", "poll", "sendmsg", "execve", "tcgets"]


def tracers(cotrace):
    """The title and the command of each tracer that works on this machine."""
    all_of_them = [
        ("strace", ["strace", "-o", "/dev/null"]),
        ("strace raw", ["strace", "-e", "raw=all", "-o", "/dev/null"]),
        ("cotrace", [cotrace, "-o", "/dev/null"]),
        ("cotrace raw", [cotrace, "-e", "raw=all", "-o", "/dev/null"]),
        ("cotrace json", [cotrace, "--format=json", "-o", "/dev/null"]),
    ]
    return [(title, command) for title, command in all_of_them if works(command)]


def works(command):
    if not shutil.which(command[0]):
        return False
    return subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0


def seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(guest, kind, calls, rounds, programs):
    """For each tracer in `programs`, the microseconds that it adds to a call: one value per round."""
    found = {title: [] for title, _ in programs}
    for _ in range(rounds):
        untraced = seconds([guest, kind, str(calls)])
        for title, command in programs:
            # A run with one call measures the cost of the start, which does not depend on the number of calls.
            start = seconds([*command, guest, kind, "1"])
            whole = seconds([*command, guest, kind, str(calls)])
            found[title].append(max(whole - start - untraced, 1e-3 / calls) / calls * 1e6)
    return found


def spread(values):
    return f"{statistics.median(values):5.2f} ({min(values):.2f}-{max(values):.2f})"


def ratios(upper, lower):
    return spread([a / b for a, b in zip(upper, lower)])


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("cotrace")
    asked.add_argument("guest")
    asked.add_argument("--short", action="store_true", help="measure once, with few calls, to check that everything runs")
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--calls", type=int, default=20000)
    asked.add_argument("--kinds", default=",".join(KINDS))
    options = asked.parse_args()
    rounds, calls = (1, 200) if options.short else (options.rounds, options.calls)

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    programs = tracers(options.cotrace)
    titles = [title for title, _ in programs]
    if "cotrace" not in titles:
        print("ptrace is denied here")
        return 77
    print(f"{rounds} rounds of {calls} calls, all on one CPU; microseconds of CPU time per call more than untraced")
    print("call        " + "".join(f"{title:>14}" for title in titles) + "   cotrace/strace")
    found = {}
    for kind in options.kinds.split(","):
        found[kind] = measure(options.guest, kind, calls, rounds, programs)
        row = "".join(f"{statistics.median(found[kind][title]):14.2f}" for title in titles)
        both = ratios(found[kind]["cotrace"], found[kind]["strace"]) if "strace" in titles else "-"
        print(f"{kind:12}{row}   {both}", flush=True)
    if "getpid" not in found or "strace" not in titles:
        return 0
    print("\ncapture and rendering: more than getpid")
    for kind in [name for name in found if name != "getpid"]:
        beyond = {title: statistics.median(found[kind][title]) - statistics.median(found["getpid"][title])
                  for title in ("strace", "cotrace")}
        print(f"{kind:12}{beyond['strace']:14.2f} strace{beyond['cotrace']:14.2f} cotrace")
    return 0


if __name__ == "__main__":
    sys.exit(main())
