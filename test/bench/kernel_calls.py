# SPDX-License-Identifier: BSL-1.0
"""Counts the system calls that cotrace itself makes for each system call that it traces.

perf counts the system calls of cotrace while cotrace traces a guest. Where perf
is missing or not permitted, strace counts them. But strace makes cotrace slow,
and cotrace then makes additional system calls of other kinds per traced call.
The result is the difference of two runs with different numbers of traced calls.
System calls that do not depend on this number cancel out.
"""

import collections
import os
import re
import shutil
import subprocess

from measuring import Broken

NAME = "kernel-calls"
KINDS = {"getpid": "no argument to read", "openat": "a string argument", "read32": "a buffer of 32 bytes"}


def is_ptrace_allowed(build):
    return subprocess.run([f"{build}/app/cotrace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


# The system calls that perf counts by name. Each additional event makes every switch between threads slower.
NAMES = ("ptrace", "waitid", "sched_yield", "process_vm_readv", "sched_setattr", "epoll_wait", "write")


def by_perf(counts, subject):
    """Returns the command that runs `subject` under perf, and the regular expression for a line of the counts.

    With -i, perf does not count the calls of the guest.
    """
    events = ",".join(("raw_syscalls:sys_enter", *(f"syscalls:sys_enter_{each}" for each in NAMES)))
    return (["perf", "stat", "-x,", "-i", "-e", events, "-o", counts, *subject], r"(\d+),.*?syscalls:sys_enter(?:_(\w+))?,")


def by_strace(counts, subject):
    """Returns the command that runs `subject` under strace, and the regular expression for a line of the counts.

    Without -f, strace does not trace the guest, so that cotrace can.
    """
    return ["strace", "-c", "-U", "calls,name", "-o", counts, *subject], r"\s*(\d+) (?!total)(\w+)$"


def can_perf(folder):
    ran = shutil.which("perf") and subprocess.run(by_perf(f"{folder}/counts", ["true"])[0], capture_output=True, check=False)
    return bool(ran) and ran.returncode == 0


def counted(counter, build, folder, kind, calls):
    """Runs cotrace. Returns a dictionary from the name of each system call that it made to the number of these calls. With
    perf, the calls that NAMES does not have are counted together, as "others"."""
    counts = f"{folder}/counts"
    words, line_of = counter(counts, [f"{build}/app/cotrace", "-o", f"{folder}/trace",
                                      f"{build}/test/guest/repeats_calls", kind, str(calls)])
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise Broken(f"{words[0]} of cotrace ended with {ran.returncode}: {ran.stderr.strip()}")
    found = collections.Counter()
    with open(counts, encoding="ascii") as file:
        for line in file:
            if match := re.match(line_of, line):
                found[match[2] or "all"] += int(match[1])
    if all_of_them := found.pop("all", 0):
        found["others"] = all_of_them - sum(found.values())
    if not found:
        raise Broken(f"{words[0]} counted nothing of cotrace: {ran.stderr.strip()}")
    return found


def show(build, folder, short):
    if not (counter := by_perf if can_perf(folder) else by_strace if shutil.which("strace") else None):
        return
    calls = 100 if short else 5000
    print(f"\n{NAME}: system calls of cotrace per traced call, counted {counter.__name__.replace('_', ' ')}")
    for kind, what in KINDS.items():
        few, many = (counted(counter, build, folder, kind, each) for each in (0, calls))
        per_call = {name: (many[name] - few[name]) / calls for name in many}
        shown = ", ".join(f"{name} {count:.2f}" for name, count in
                          sorted(per_call.items(), key=lambda each: -each[1]) if abs(count) >= 0.005)
        print(f"  {kind + ', ' + what:30}{sum(per_call.values()):6.2f}: {shown}", flush=True)
